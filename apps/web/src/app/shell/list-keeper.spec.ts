import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FakeBackend, MARIA, storedFile, storedSpace, unfinishedUpload } from '../../../test/fake-backend.js';
import { until } from '../../../test/until.js';
import { FolderView } from '../files/folder-view.js';
import { Connection } from '../session/connection.js';
import { Session } from '../session/session.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Spaces } from '../spaces/spaces.js';
import { Transfers } from '../upload/transfers.js';
import { UnfinishedUploads } from '../upload/unfinished-uploads.js';
import { ListKeeper } from './list-keeper.js';

describe('the lists', () => {
  let backend: FakeBackend;
  let files: FolderView['rows'];

  beforeEach(() => {
    backend = new FakeBackend();
    TestBed.configureTestingModule({ providers: backend.providers() });
    TestBed.inject(ListKeeper);
    TestBed.tick();
    files = TestBed.inject(FolderView).rows;
  });

  it('are read at the start, and again when the server has come back', async () => {
    await until(() => files.loadedAt() !== null && backend.calls.length === 6);
    TestBed.inject(Connection).contact(false);
    TestBed.tick();
    backend.files = [storedFile()];
    TestBed.inject(Connection).contact(true);
    TestBed.tick();
    await until(() => files.items().length === 1);
  });

  it('follow to another space, without a look at the files of the one before', async () => {
    const film = storedSpace();
    backend.spaces.spaces.push(film);
    backend.files = [storedFile(), storedFile({ name: 'cut.mov', space: film.id })];
    await files.refresh();
    expect(files.items().map(({ name }) => name)).toEqual(['report.pdf']);
    TestBed.inject(FolderView).goTo({ space: film.id });
    TestBed.tick();
    expect(files.items()).toEqual([]);
    await until(() => files.items().length === 1);
    expect(files.items()[0]?.name).toBe('cut.mov');
  });

  it('show a file soon after its upload', async () => {
    await until(() => files.loadedAt() !== null);
    void TestBed.inject(Transfers).add([{ name: 'new.txt', path: '', content: new Blob(['x']) }]);
    await until(() => files.items().some(({ name }) => name === 'new.txt'));
  });

  it('are watched while an upload moves on that others send, also when a reading fails', async () => {
    jest.useFakeTimers();
    try {
      backend.uploads = [unfinishedUpload({ active: true })];
      const { list } = TestBed.inject(UnfinishedUploads);
      await list.refresh();
      TestBed.tick();
      backend.refusals.set('GET', 'internal');
      await jest.advanceTimersByTimeAsync(5_000);
      expect(list.problem()?.code).toBe('internal');
      backend.refusals.delete('GET');
      backend.uploads = [];
      await jest.advanceTimersByTimeAsync(5_000);
      expect(list.items()).toEqual([]);
      TestBed.tick();
      const calls = backend.calls.length;
      await jest.advanceTimersByTimeAsync(20_000);
      expect(backend.calls).toHaveLength(calls);
    } finally {
      jest.useRealTimers();
    }
  });

  it('forget what another person must not see', async () => {
    backend.files = [storedFile()];
    await TestBed.inject(FolderView).rows.refresh();
    backend.refusals.set('GET', 'unauthorized');
    const session = TestBed.inject(Session);
    session.granted(MARIA);
    TestBed.tick();
    expect(files.items()).toHaveLength(1);
    expect(TestBed.inject(CurrentSpace).space()?.name).toBe('Maria');
    expect(TestBed.inject(Spaces).list.items()).toHaveLength(1);
    session.ended();
    TestBed.tick();
    expect(files.items()).toEqual([]);
    expect(TestBed.inject(CurrentSpace).space()).toBeNull();
    expect(TestBed.inject(Spaces).list.items()).toEqual([]);
  });
});
