import { TestBed } from '@angular/core/testing';
import type { UploadSource } from '@stowage/client';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FakeBackend, SPACE, storedSpace, unfinishedUpload } from '../../../test/fake-backend.js';
import { until } from '../../../test/until.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Transfers } from './transfers.js';
import { UnfinishedMatches } from './unfinished-matches.js';
import { UnfinishedUploads } from './unfinished-uploads.js';

const source = (name: string, length: number, path = '', space = SPACE): UploadSource => ({
  name,
  space,
  path,
  content: new Blob(['x'.repeat(length)]),
});

describe('the match of files and unfinished uploads', () => {
  let backend: FakeBackend;
  let matches: UnfinishedMatches;

  beforeEach(() => {
    backend = new FakeBackend();
    TestBed.configureTestingModule({ providers: backend.providers() });
    matches = TestBed.inject(UnfinishedMatches);
  });

  const marked = (sources: UploadSource[], uploads: ReturnType<typeof unfinishedUpload>[]) =>
    matches.match(sources, uploads).map(({ resume }) => resume?.uploadId ?? null);

  it('is one of space, name, folder and size', () => {
    const upload = unfinishedUpload({ name: 'a.txt', path: 'docs', length: 5 });
    expect(
      marked(
        [
          source('a.txt', 5),
          source('a.txt', 6, 'docs'),
          source('b.txt', 5, 'docs'),
          source('a.txt', 5, 'docs', 't'.repeat(22)),
          source('A.TXT', 5, 'docs'),
        ],
        [upload],
      ),
    ).toEqual([null, null, null, null, upload.id]);
  });

  it('is the newest of several, and each for one file', () => {
    const [newest, older] = [1, 2].map(() => unfinishedUpload({ name: 'a.txt', path: '', length: 5 }));
    if (newest === undefined || older === undefined) throw new Error('There are two.');
    expect(marked([source('a.txt', 5), source('a.txt', 5)], [newest, older])).toEqual([newest.id, null]);
  });

  it.each([
    { state: 'completing' as const },
    { reason: 'name-taken' },
    { length: null },
    { received: 0 },
    { active: true },
  ])('is none with %j', (more) => {
    const upload = unfinishedUpload({ name: 'a.txt', path: '', length: 5, ...more });
    expect(marked([source('a.txt', 5)], [upload])).toEqual([null]);
  });

  it('is none with what this page is sending itself', async () => {
    const upload = unfinishedUpload({ name: 'a.txt', path: '', length: 5 });
    backend.uploads = [upload];
    backend.refusals.set('GET /api/uploads/', 'overloaded');
    await TestBed.inject(Transfers).add([source('a.txt', 5)]);
    expect(marked([source('a.txt', 5)], [upload])).toEqual([null]);
    await TestBed.inject(Transfers).cancelAll();
    expect(marked([source('a.txt', 5)], [upload])).toEqual([upload.id]);
  });

  it('looks at all pages of what is unfinished now', async () => {
    backend.pageSize = 2;
    backend.uploads = Array.from({ length: 5 }, () => unfinishedUpload());
    expect(await matches.known()).toHaveLength(5);
    expect(backend.calls[0]).toBe('GET /api/uploads?state=receiving&limit=200');
  });

  it('uses what the page has read when the server does not answer, soon enough', async () => {
    backend.uploads = [unfinishedUpload()];
    await TestBed.inject(UnfinishedUploads).list.refresh();
    backend.refusals.set('GET', 'network');
    expect(await matches.known()).toHaveLength(1);
    jest.useFakeTimers();
    try {
      backend.refusals.set('GET', 'unauthorized');
      const known = matches.known();
      await jest.advanceTimersByTimeAsync(3_000);
      expect(await known).toHaveLength(1);
    } finally {
      jest.useRealTimers();
    }
  });

  it('lets files that match none begin as new ones', async () => {
    await TestBed.inject(Transfers).add([source('new.txt', 5)]);
    await until(() => backend.sent.includes('new.txt'));
  });

  it('is asked for in the space that was looked at when the files came', async () => {
    const film = storedSpace();
    backend.spaces.spaces.push(film);
    const [current, transfers] = [TestBed.inject(CurrentSpace), TestBed.inject(Transfers)];
    current.choose(film.id);
    await current.refresh();
    const adding = transfers.add([{ name: 'cut.mov', path: '', content: new Blob(['x']) }]);
    current.choose(null);
    await adding;
    await until(() => backend.files.some(({ name, space }) => name === 'cut.mov' && space === film.id));
    expect(transfers.rows()[0]).toMatchObject({ name: 'cut.mov', space: film.id });
  });
});
