import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { configurationTable, withTable } from './configuration-table.mjs';

const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter((item) => item !== ''));

describe('the table of settings', () => {
  it.each([
    ['a number', z.coerce.number().int().min(1).max(9).default(3), '1 to 9 | `3`'],
    ['a text', z.string().min(1).default('./data'), 'text | `./data`'],
    ['a secret', z.string().min(32).optional(), 'text, 32 characters or more | none'],
    ['a text that is needed', z.string(), 'text | needed'],
    ['a list', list, 'comma-separated list | none'],
    ['a choice', z.enum(['a', 'b']).default('a'), '`a`, `b` | `a`'],
  ])('says of %s what it accepts, and its default', (_, schema, cells) => {
    const table = configurationTable(z.object({ SETTING: schema.describe('Does it.') }));
    expect(table.split('\n').at(-1)).toBe(`| \`SETTING\` | Does it. | ${cells} |`);
  });

  it('refuses a setting without a description', () => {
    expect(() => configurationTable(z.object({ SETTING: z.string() }))).toThrow('SETTING has no description');
  });

  it('refuses a page that has no place for it', async () => {
    await expect(withTable('# Operations\n', '')).rejects.toThrow('The page has no');
  });
});
