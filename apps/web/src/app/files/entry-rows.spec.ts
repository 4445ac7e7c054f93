import { describe, expect, it } from '@jest/globals';
import type { Entry } from '@stowage/contract';
import { storedFile } from '../../../test/stored-things.js';
import { EntryRows, type RowsPage, type RowsQuery } from './entry-rows.js';

/** A reader over a list that tests change; asked queries are kept, and answers wait while `gate` is set. */
class Shelf {
  entries: Entry[] = [];
  asked: RowsQuery[] = [];
  gate: Promise<void> = Promise.resolve();
  fault: Error | null = null;
  about = 'here';

  readonly read = async (query: RowsQuery, signal: AbortSignal): Promise<RowsPage<string>> => {
    this.asked.push(query);
    const { about, entries } = this;
    await this.gate;
    signal.throwIfAborted();
    if (this.fault !== null) throw this.fault;
    const start = Number(query.cursor ?? 0);
    const end = start + query.limit;
    const next = end < entries.length ? String(end) : null;
    return { entries: entries.slice(start, end), total: entries.length, next, about };
  };
}

function files(count: number): Entry[] {
  return Array.from({ length: count }, (_, index) => storedFile({ name: `${index}.txt` }));
}

describe('rows of entries', () => {
  it('begin with a screen, say how many there are, and go on page by page', async () => {
    const shelf = new Shelf();
    shelf.entries = files(1_250);
    const rows = new EntryRows(shelf.read);
    await rows.open();
    expect([rows.items().length, rows.total(), rows.hasMore()]).toEqual([100, 1_250, true]);
    await rows.more();
    expect(rows.items()).toHaveLength(300);
    await rows.rest();
    expect(rows.items().map(({ id }) => id)).toEqual(shelf.entries.map(({ id }) => id));
    expect([rows.total(), rows.hasMore()]).toEqual([1_250, false]);
  });

  it('ask once for a page that several want', async () => {
    const shelf = new Shelf();
    shelf.entries = files(300);
    const rows = new EntryRows(shelf.read);
    await rows.open();
    await Promise.all([rows.more(), rows.more(), rows.more()]);
    expect(shelf.asked).toHaveLength(2);
    expect(rows.items()).toHaveLength(300);
  });

  it('go on after what is being read anew, to the end', async () => {
    const shelf = new Shelf();
    shelf.entries = files(900);
    const rows = new EntryRows(shelf.read);
    await rows.open();
    const refreshed = rows.refresh();
    await rows.rest();
    await refreshed;
    expect([rows.items().length, rows.hasMore()]).toEqual([900, false]);
  });

  it('are as many after a refresh as before it, with what is new in its place', async () => {
    const shelf = new Shelf();
    shelf.entries = files(900);
    const rows = new EntryRows(shelf.read);
    await rows.open();
    await rows.more();
    shelf.entries = [storedFile({ name: 'new.txt' }), ...shelf.entries];
    await rows.refresh();
    expect(rows.items()[0]?.name).toBe('new.txt');
    expect(rows.items().length).toBeGreaterThanOrEqual(300);
    expect(new Set(rows.items().map(({ id }) => id)).size).toBe(rows.items().length);
  });

  it('keep their end when there are very many, unless the first ones do not meet it any more', async () => {
    const shelf = new Shelf();
    shelf.entries = files(2_000);
    const rows = new EntryRows(shelf.read);
    await rows.open();
    await rows.rest();
    shelf.asked = [];
    shelf.entries = shelf.entries.slice(1);
    await rows.refresh();
    expect(shelf.asked).toHaveLength(5);
    expect(rows.items().map(({ id }) => id)).toEqual(shelf.entries.map(({ id }) => id));
    expect([rows.total(), rows.hasMore()]).toEqual([1_999, false]);
    shelf.entries = files(1_500);
    await rows.refresh();
    expect([rows.items().length, rows.total(), rows.hasMore()]).toEqual([1_000, 1_500, true]);
  });

  it('stay until those of something else are there, and nothing of a slower answer is shown', async () => {
    const shelf = new Shelf();
    shelf.entries = files(3);
    const rows = new EntryRows(shelf.read);
    await rows.open();
    let go = (): void => undefined;
    shelf.gate = new Promise((resolve) => (go = resolve));
    shelf.about = 'slow';
    const slow = rows.open();
    expect([rows.about(), rows.items().length, rows.loading()]).toEqual(['here', 3, true]);
    shelf.gate = Promise.resolve();
    shelf.about = 'there';
    shelf.entries = files(1);
    await rows.open();
    go();
    await slow;
    expect([rows.about(), rows.items().length, rows.loading()]).toEqual(['there', 1, false]);
  });

  it('stay when they cannot be read again, but not in the place of something else', async () => {
    const shelf = new Shelf();
    shelf.entries = files(3);
    const rows = new EntryRows(shelf.read);
    await rows.open();
    shelf.fault = new Error('no');
    await rows.refresh();
    expect([rows.items().length, rows.problem() !== null]).toEqual([3, true]);
    await rows.open();
    expect([rows.items().length, rows.total()]).toEqual([0, 0]);
    shelf.fault = null;
    await rows.open();
    expect([rows.items().length, rows.problem()]).toEqual([3, null]);
  });

  it('lose what was removed and change what was renamed, before the server is asked', async () => {
    const shelf = new Shelf();
    shelf.entries = files(3);
    const rows = new EntryRows(shelf.read);
    await rows.open();
    const [first, second] = rows.items() as [Entry, Entry];
    rows.remove(new Set([first.id]));
    rows.replace({ ...second, name: 'other.txt' });
    expect(rows.items().map(({ name }) => name)).toEqual(['other.txt', '2.txt']);
    expect(rows.total()).toBe(2);
    rows.clear();
    expect([rows.items(), rows.about(), rows.loadedAt()]).toEqual([[], null, null]);
  });
});
