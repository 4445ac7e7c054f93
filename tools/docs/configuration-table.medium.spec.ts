import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { OPERATIONS, configurationSchema, configurationTable, withTable } from './configuration-table.mjs';

// Real: the schema of the built API.
describe('docs/operations.md', () => {
  it('has the table of settings that tools/docs/configuration-table.mjs --write makes', async () => {
    const page = readFileSync(OPERATIONS, 'utf8');
    expect(page).toBe(await withTable(page, configurationTable(await configurationSchema())));
  });
});
