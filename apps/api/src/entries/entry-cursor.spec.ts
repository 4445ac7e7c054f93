import { describe, expect, it } from '@jest/globals';
import { parseEntryCursor, printEntryCursor, type EntryCursor, type EntrySort } from './entry-cursor.js';

const id = 'A'.repeat(22);
const byName: EntrySort = { by: 'name', direction: 'asc' };
const printed = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');

describe('a place in the list of a folder', () => {
  it.each<[EntrySort, EntryCursor]>([
    [byName, { kind: 'folder', key: 'ünï 002' + '9'.repeat(40), id }],
    [
      { by: 'size', direction: 'desc' },
      { kind: 'file', key: '9007199254740991', id },
    ],
    [
      { by: 'size', direction: 'desc' },
      { kind: 'folder', key: 'films', id },
    ],
    [
      { by: 'created', direction: 'asc' },
      { kind: 'file', key: '2026-11-22 21:34:05.123456+00', id },
    ],
  ])('is read as it was printed: %j', (sort, cursor) => {
    expect(parseEntryCursor(sort, printEntryCursor(sort, cursor))).toEqual(cursor);
  });

  it.each([
    ['in another order', printEntryCursor({ by: 'name', direction: 'desc' }, { kind: 'file', key: 'x', id })],
    ['by something else', printEntryCursor({ by: 'size', direction: 'asc' }, { kind: 'file', key: '1', id })],
    ['of no kind', printed(['name', 'asc', 'link', 'x', id])],
    ['with a name that no text can have', printed(['name', 'asc', 'file', 'a\u0000b', id])],
    ['with half a character', printed(['name', 'asc', 'file', '\ud800', id])],
    ['with a name of any length', printed(['name', 'asc', 'file', 'x'.repeat(2001), id])],
    ['with no id of ours', printed(['name', 'asc', 'file', 'x', "' OR 1=1"])],
    ['with too much', printed(['name', 'asc', 'file', 'x', id, 1])],
    ['that is no JSON', 'eA'],
    ['that is empty', ''],
  ])('is refused %s', (_, text) => {
    expect(() => parseEntryCursor(byName, text)).toThrow('cursor');
  });

  it.each(['-1', '1.5', '99999999999999999', 'x', ''])('is refused with %j as a size', (key) => {
    const sort = { by: 'size', direction: 'asc' } as const;
    expect(() => parseEntryCursor(sort, printEntryCursor(sort, { kind: 'file', key, id }))).toThrow('cursor');
  });
});
