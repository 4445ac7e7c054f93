import { describe, expect, it } from '@jest/globals';
import { BATCH, dataTransfer, folderEntry, lockedFolder } from '../../../test/fake-entries.js';
import { type DroppedThings, holdsFiles, pickedSources, takeDropped, walkDropped } from './dropped-files.js';

async function walk(things: DroppedThings): Promise<{ found: string[]; empty: string[]; unreadable: number }> {
  const found: string[] = [];
  const empty: string[] = [];
  let unreadable = 0;
  for await (const batch of walkDropped(things)) {
    found.push(...batch.sources.map(({ path, name }) => (path === '' ? name : `${path}/${name}`)));
    empty.push(...batch.empty);
    unreadable += batch.unreadable;
  }
  return { found, empty, unreadable };
}

const noFiles: readonly File[] = [];

describe('what a drop holds', () => {
  it('is told from a drag of text', () => {
    expect(holdsFiles(dataTransfer({ files: [new File([], 'a')] }))).toBe(true);
    expect(holdsFiles(dataTransfer({ text: 'hello' }))).toBe(false);
    expect(holdsFiles(null)).toBe(false);
  });

  it('is files and folders, without the text beside them', () => {
    const file = new File([], 'a');
    const folder = folderEntry('docs', {});
    expect(takeDropped(dataTransfer({ files: [file], folders: [folder], text: 'x' }))).toEqual({
      files: [file],
      folders: [folder],
    });
    expect(takeDropped(dataTransfer({ text: 'hello' }))).toEqual({ files: [], folders: [] });
  });
});

describe('walking folders', () => {
  it('keeps the place of every file', async () => {
    const docs = folderEntry('docs', { 'a.txt': 'a', deep: { er: { 'b.txt': 'b' }, 'c.txt': 'c' } });
    const { found } = await walk({ files: [new File([], 'top.txt')], folders: [docs] });
    expect(found.sort()).toEqual(['docs/a.txt', 'docs/deep/c.txt', 'docs/deep/er/b.txt', 'top.txt']);
  });

  it('reads every batch of a large folder', async () => {
    const names = Array.from({ length: BATCH * 2 + 50 }, (_, index) => `${index}.txt`);
    const large = folderEntry('large', Object.fromEntries(names.map((name) => [name, name])));
    expect((await walk({ files: noFiles, folders: [large] })).found).toHaveLength(250);
  });

  it('tells which folders are empty, and of those in each other the innermost', async () => {
    const folder = folderEntry('holiday', { 'a.txt': 'a', also: { empty: {} }, none: {} });
    const { found, empty } = await walk({ files: noFiles, folders: [folder, folderEntry('bare', {})] });
    expect([found, empty.sort()]).toEqual([['holiday/a.txt'], ['bare', 'holiday/also/empty', 'holiday/none']]);
  });

  it('goes on past what cannot be read, and counts it', async () => {
    const docs = folderEntry('docs', { 'a.txt': 'a', 'secret.txt': null });
    const walked = await walk({ files: noFiles, folders: [lockedFolder('locked'), docs] });
    expect(walked).toEqual({ found: ['docs/a.txt'], empty: [], unreadable: 2 });
  });
});

describe('files that were picked', () => {
  it('keep their place in a chosen folder', () => {
    const deep = Object.assign(new File([], 'b.txt'), {});
    Object.defineProperty(deep, 'webkitRelativePath', { value: 'docs/deep/b.txt' });
    const flat = new File([], 'a.txt');
    Object.defineProperty(flat, 'webkitRelativePath', { value: '' });
    expect(pickedSources([deep, flat]).map(({ path, name }) => [path, name])).toEqual([
      ['docs/deep', 'b.txt'],
      ['', 'a.txt'],
    ]);
  });
});
