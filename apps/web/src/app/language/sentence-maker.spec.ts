import { describe, expect, it } from '@jest/globals';
import { say } from './say.js';
import { SentenceMaker } from './sentence-maker.js';
import { speak } from './spoken.js';

const maker = new SentenceMaker();
const make = (value: unknown, params: Record<string, unknown>): unknown => maker.transpile({ value, params });

describe('a sentence', () => {
  it('has its values in their places', () => {
    expect(make('{{name}} of {{whole}}, {{name}}', { name: 'a', whole: 3 })).toBe('a of 3, a');
  });

  it.each(['{{name}}', '{{ name }}', '{{other}}', '$&', '$1', '__proto__', '<b>'])(
    'has a value of %j in it as it is, once',
    (name) => {
      expect(make('{{name}} was deleted, {{other}}.', { name, other: 'so' })).toBe(`${name} was deleted, so.`);
    },
  );

  it('keeps a place that nobody has filled, in full view', () => {
    expect(make('Hello {{name}}', {})).toBe('Hello {{name}}');
    expect(make('Hello {{constructor}}', {})).toBe('Hello {{constructor}}');
  });

  it('goes by a number, which is written as the language does', () => {
    const files = { one: '{{count}} file', other: '{{count}} files' };
    expect([0, 1, 2, 1_000].map((count) => make(files, { count }))).toEqual([
      '0 files',
      '1 file',
      '2 files',
      '1,000 files',
    ]);
    speak('de', ['de-DE']);
    expect(make(files, { count: 1_234 })).toBe('1.234 files');
  });

  it('is said in the language that is spoken', () => {
    expect(say('ui.time.inDays', { count: 6 })).toBe('in 6\u00a0days');
    speak('de', []);
    expect(say('ui.time.inDays', { count: 6 })).toBe('in 6\u00a0Tagen');
  });
});
