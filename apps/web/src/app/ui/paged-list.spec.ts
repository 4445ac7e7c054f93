import { describe, expect, it } from '@jest/globals';
import { ProblemError } from '@stowage/client';
import { type Page, PagedList } from './paged-list.js';

interface Item {
  readonly id: string;
}

const items = (...ids: string[]): Item[] => ids.map((id) => ({ id }));
const ids = (list: PagedList<Item>): string[] => list.items().map(({ id }) => id);

function listOf(pages: Record<string, Page<Item>>): { list: PagedList<Item>; pages: Record<string, Page<Item>> } {
  const list = new PagedList<Item>(async (cursor) => {
    const page = pages[cursor ?? 'first'];
    if (page === undefined) throw new Error('There is no such page.');
    return page;
  });
  return { list, pages };
}

describe('a list in pages', () => {
  it('reads page after page', async () => {
    const { list } = listOf({
      first: { items: items('d', 'c'), next: '2' },
      2: { items: items('c', 'b'), next: null },
    });
    expect(list.loadedAt()).toBeNull();
    await list.refresh();
    expect([ids(list), list.hasMore()]).toEqual([['d', 'c'], true]);
    await list.more();
    expect([ids(list), list.hasMore()]).toEqual([['d', 'c', 'b'], false]);
    await list.more();
    expect(ids(list)).toEqual(['d', 'c', 'b']);
  });

  it('keeps later pages when a new first page meets them', async () => {
    const { list, pages } = listOf({
      first: { items: items('d', 'c'), next: '2' },
      2: { items: items('b'), next: null },
    });
    await list.refresh();
    await list.more();
    pages['first'] = { items: items('e', 'd'), next: '2' };
    await list.refresh();
    expect([ids(list), list.hasMore()]).toEqual([['e', 'd', 'c', 'b'], false]);
  });

  it('begins anew when something would be missing between', async () => {
    const { list, pages } = listOf({ first: { items: items('b', 'a'), next: null } });
    await list.refresh();
    pages['first'] = { items: items('z', 'y'), next: '2' };
    await list.refresh();
    expect([ids(list), list.hasMore()]).toEqual([['z', 'y'], true]);
  });

  it('drops what was deleted elsewhere', async () => {
    const { list, pages } = listOf({ first: { items: items('c', 'b', 'a'), next: null } });
    await list.refresh();
    pages['first'] = { items: items('c', 'a'), next: null };
    await list.refresh();
    expect(ids(list)).toEqual(['c', 'a']);
  });

  it('keeps what it has when reading fails, and says why', async () => {
    const { list, pages } = listOf({ first: { items: items('a'), next: null } });
    await list.refresh();
    delete pages['first'];
    await list.refresh();
    expect(ids(list)).toEqual(['a']);
    expect(list.problem()).toBeInstanceOf(ProblemError);
    pages['first'] = { items: items('b'), next: null };
    await list.refresh();
    expect(list.problem()).toBeNull();
  });

  it('believes the answer to the latest question', async () => {
    const answers: ((page: Page<Item>) => void)[] = [];
    const list = new PagedList<Item>(() => new Promise((resolve) => answers.push(resolve)));
    const both = [list.refresh(), list.refresh()];
    expect(list.loading()).toBe(true);
    answers[1]?.({ items: items('new'), next: null });
    answers[0]?.({ items: items('old'), next: null });
    await Promise.all(both);
    expect([ids(list), list.loading()]).toEqual([['new'], false]);
  });
});
