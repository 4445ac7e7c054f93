import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeBackend, SPACE, storedFile, storedFolder, storedSpace } from '../../../test/fake-backend.js';
import { until } from '../../../test/until.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { FolderView } from './folder-view.js';

const film = storedSpace({ name: 'Film' });
const docs = storedFolder({ name: 'docs' });
const cuts = storedFolder({ name: 'cuts', space: film.id, parent: film.id });

describe('the folder that is shown', () => {
  let backend: FakeBackend;
  let view: FolderView;
  let current: CurrentSpace;
  const names = (): string[] => view.rows.items().map(({ name }) => name);

  beforeEach(() => {
    backend = new FakeBackend();
    backend.spaces.spaces.push(film);
    backend.tree.folders = [docs, cuts];
    backend.files = [
      storedFile({ name: '10.txt', size: 5 }),
      storedFile({ name: '2.txt', size: 9 }),
      storedFile({ name: 'deep.txt', parent: docs.id, path: 'docs' }),
      storedFile({ name: 'cut.mov', space: film.id, parent: cuts.id, path: 'cuts' }),
    ];
    TestBed.configureTestingModule({ providers: backend.providers() });
    view = TestBed.inject(FolderView);
    current = TestBed.inject(CurrentSpace);
  });

  it('is the root of one’s own space at first, as people count', async () => {
    view.goTo({ space: null });
    await until(() => names().length === 3);
    expect(names()).toEqual(['docs', '2.txt', '10.txt']);
    expect([view.folder()?.id, view.place()]).toEqual([SPACE, { space: SPACE, folder: null, path: '', name: null }]);
    view.arrange({ sort: 'size', order: 'asc' });
    await until(() => names()[1] === '10.txt');
  });

  it('stays until the next one is known, while what is dropped goes into that already', async () => {
    view.goTo({ space: null });
    await until(() => names().length === 3);
    view.goTo({ folder: docs.id });
    expect([view.isLeaving(), names().length]).toEqual([true, 3]);
    expect(view.place()).toEqual({ space: null, folder: docs.id, path: null, name: null });
    await until(() => !view.isLeaving());
    expect(names()).toEqual(['deep.txt']);
    expect(view.place()).toEqual({ space: SPACE, folder: docs.id, path: 'docs', name: 'docs' });
    expect(current.chosen()).toBeNull();
  });

  it('tells which space it is in, which its address does not', async () => {
    view.goTo({ folder: cuts.id });
    await until(() => names()[0] === 'cut.mov');
    expect([current.id(), current.space()?.name]).toEqual([film.id, 'Film']);
  });

  it('shows nothing of one space in another', async () => {
    view.goTo({ space: null });
    await until(() => names().length === 3);
    view.goTo({ space: film.id });
    expect(names()).toEqual([]);
    await until(() => names()[0] === 'cuts');
  });

  it('can be gone', async () => {
    view.goTo({ space: null });
    await until(() => names().length === 3);
    view.goTo({ folder: 'f'.repeat(22) });
    await until(() => view.isMissing());
    expect([names(), view.folder()?.id]).toEqual([[], SPACE]);
    view.goTo({ folder: docs.id });
    await until(() => names()[0] === 'deep.txt');
    expect(view.isMissing()).toBe(false);
  });
});
