import { describe, expect, it } from '@jest/globals';
import type { Entry } from '@stowage/contract';
import { storedFile } from '../../../test/stored-things.js';
import { EntrySelection } from './entry-selection.js';

const entries = Array.from({ length: 6 }, (_, index) => storedFile({ name: `${index}` }));

function at(index: number): Entry {
  return entries[index] ?? storedFile();
}

function names(selection: EntrySelection): string {
  return Array.from(selection.entries(), ({ name }) => name)
    .sort()
    .join('');
}

describe('what is chosen', () => {
  it('is one, one more, or one less', () => {
    const selection = new EntrySelection();
    selection.only(at(0));
    selection.toggle(at(3));
    expect([names(selection), selection.size(), selection.has(at(3).id)]).toEqual(['03', 2, true]);
    selection.toggle(at(0));
    expect(names(selection)).toBe('3');
    selection.only(at(1));
    expect(names(selection)).toBe('1');
    selection.clear();
    expect(selection.size()).toBe(0);
  });

  it('is a range, either way, besides what was chosen before', () => {
    const selection = new EntrySelection();
    selection.toggle(at(0));
    selection.toggle(at(4));
    selection.extend(at(2), entries);
    expect(names(selection)).toBe('0234');
    selection.extend(at(5), entries);
    expect(names(selection)).toBe('02345');
  });

  it('is one entry when a range has no beginning', () => {
    const selection = new EntrySelection();
    selection.extend(at(2), entries);
    expect(names(selection)).toBe('2');
  });

  it('loses what is gone once all is known, and knows new names', () => {
    const selection = new EntrySelection();
    selection.add(entries);
    selection.follow([{ ...at(1), name: 'new' }, at(2)], false);
    expect([selection.size(), names(selection)]).toEqual([6, '02345new']);
    selection.follow([at(2)], true);
    expect(names(selection)).toBe('2');
  });
});
