import type { StoredFile } from '@stowage/contract';
import { beforeEach, expect, it } from '@jest/globals';
import { sha256 } from '../support/random.js';
import { Journal } from './support/journal.js';
import { brokenPromises } from './support/past-promises.js';
import type { Remains, UploadRow } from './support/rows-and-bytes.js';

/** A check that never complains would be worth nothing: each broken promise here is one that it has to find. */
const CONTENT = Buffer.from('twenty bytes of text');
const FILE = { id: 'f', name: 'a file', sha256: sha256(CONTENT), size: CONTENT.length } as StoredFile;
const NOTHING = { promised: -Infinity, asked: -Infinity };

let journal: Journal;
beforeEach(() => {
  journal = new Journal();
  journal.begins('a file', CONTENT);
});

function left(upload?: Partial<UploadRow>, files: Record<string, string> = {}): Remains {
  const row = { id: 'u', name: 'a file', state: 'receiving', chunks: [], ...upload };
  return {
    uploads: new Map(upload === undefined ? [] : [['u', row]]),
    files: new Map(Object.entries(files)),
    dataDir: '',
    faults: [],
  };
}

const now = () => ({ promised: performance.now(), asked: performance.now() });

it('acknowledged bytes are in chunks of an open upload, or in one that is complete', () => {
  journal.acknowledged.add('u', { start: 5, end: 15 });
  const found = (upload?: Partial<UploadRow>) => brokenPromises(journal, now(), left(upload));
  const lost = ['upload u lost the acknowledged bytes 5 to 15'];
  const [before, after] = [
    { start: 0, end: 7 },
    { start: 7, end: 20 },
  ];
  expect(found({ chunks: [before, after] })).toEqual([]);
  expect(found({ chunks: [before, after], state: 'completing' })).toEqual([]);
  expect(found({ state: 'complete' })).toEqual([]);
  expect(found({ chunks: [before] })).toEqual(lost);
  expect(found({ chunks: [after] })).toEqual(lost);
  expect(found({ state: 'failed' })).toEqual(['upload u is failed, and nobody asked for it']);
  expect(found()).toEqual(['upload u is gone (no row), lost the acknowledged bytes']);
});

it('what was answered later is not asked for', () => {
  const before = now();
  journal.acknowledged.add('u', { start: 0, end: 20 });
  journal.becomes(FILE, CONTENT);
  expect(brokenPromises(journal, NOTHING, left())).toEqual([]);
  expect(brokenPromises(journal, before, left())).toEqual([]);
  expect(brokenPromises(journal, now(), left())).toHaveLength(2);
});

it('an upload is cancelled only when somebody asked for it, and then stays so', () => {
  journal.acknowledged.add('u', { start: 0, end: 20 });
  const held = { chunks: [{ start: 0, end: 20 }] };
  const before = now();
  expect(brokenPromises(journal, now(), left({ state: 'cancelled' }))).toHaveLength(1);
  journal.mayBeCancelled('u');
  expect(brokenPromises(journal, now(), left({ state: 'cancelled' }))).toEqual([]);
  expect(brokenPromises(journal, now(), left(held))).toEqual([]);
  expect(brokenPromises(journal, { ...now(), asked: before.asked }, left({ state: 'cancelled' }))).toHaveLength(1);
  journal.isCancelled('u');
  expect(brokenPromises(journal, now(), left(held))).toEqual(['upload u was cancelled, and is receiving']);
});

it('a file is there with its bytes until somebody asks for its removal, and not again after that', () => {
  const expectation = journal.becomes(FILE, CONTENT);
  const there = left(undefined, { f: FILE.sha256 });
  const found = (remains: Remains) => brokenPromises(journal, now(), remains);
  expect(found(there)).toEqual([]);
  expect(found(left())).toEqual(['a file is gone (no row)']);
  expect(found(left(undefined, { f: sha256(Buffer.of()) }))).toEqual(['a file has other bytes than were sent']);
  expectation.deleteAsked = true;
  expect([...found(there), ...found(left())]).toEqual([]);
  expectation.deleted = true;
  expect(found(there)).toEqual(['a file was deleted, and is there']);
  expect(expectation).toMatchObject({ deleteAsked: true, deleted: true });
});
