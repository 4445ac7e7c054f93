import type { DataSource } from 'typeorm';
import { sha256Of } from '../bytes.js';
import { chunkOf, type ClientFile } from '../sending.js';
import type { Book } from './book.js';
import type { DiskImage } from './disk-image.js';

/** What the database says. */
interface Records {
  readonly uploads: readonly { id: string; key: string; state: string; reason: string | null }[];
  readonly chunks: readonly { upload: string; start: number; length: number }[];
  readonly files: readonly { id: string; space: string; sha256: string; size: number }[];
  readonly blobs: readonly { space: string; sha256: string }[];
}

/** Reads what the database says, through a connection without a story of its own. */
export async function recordsOf(database: DataSource): Promise<Records> {
  return {
    uploads: await database.query(`SELECT id, client_key AS key, state, reason FROM uploads`),
    chunks: await database.query(
      `SELECT upload_id AS upload, "offset"::integer AS start, length::integer AS length FROM chunks`,
    ),
    files: await database.query(
      `SELECT e.id, b.space_id AS space, b.sha256, b.size::integer AS size FROM entries e JOIN blobs b ON b.id = e.blob_id`,
    ),
    blobs: await database.query(`SELECT space_id AS space, sha256 FROM blobs`),
  };
}

const blobPath = ({ space, sha256 }: { space: string; sha256: string }) =>
  `blobs/${space}/${sha256.slice(0, 2)}/${sha256}`;
const isAlive = ({ state }: { state: string }) => state === 'receiving' || state === 'completing';

/** Everything that a disk and a database owe to those who were told something; empty when nothing was lost. */
export function losses(records: Records, disk: DiskImage, book: Book): string[] {
  return [...recordedBytes(records, disk, book), ...files(records, disk), ...promises(records, book)];
}

function* recordedBytes({ uploads, chunks }: Records, disk: DiskImage, book: Book): Generator<string> {
  for (const { id, key } of uploads.filter(isAlive)) {
    const staged = disk.files.get(`staging/${id}`);
    const source = book.sources.get(key);
    for (const { start, length } of chunks.filter(({ upload }) => upload === id)) {
      if (staged === undefined) yield `the staging file of recorded bytes is gone: ${id}`;
      else if (source === undefined) yield `nobody has sent the upload ${id}`;
      else if (!staged.subarray(start, start + length).equals(source.bytes.subarray(start, start + length)))
        yield `recorded bytes from ${start} of ${id} are others`;
    }
  }
}

function* files(records: Records, disk: DiskImage): Generator<string> {
  for (const file of records.files) {
    const bytes = disk.files.get(blobPath(file));
    if (bytes === undefined) yield `the bytes of file ${file.id} are gone`;
    else if (bytes.length !== file.size || sha256Of(bytes) !== file.sha256) yield `file ${file.id} has other bytes`;
  }
}

function* promises({ uploads, chunks, files: listed }: Records, book: Book): Generator<string> {
  for (const [key, held] of book.held) {
    if (book.given.has(key)) continue;
    const upload = uploads.find((row) => row.key === key);
    if (upload === undefined || upload.state === 'cancelled' || upload.state === 'failed') {
      yield `an upload with chunks that were held is ${upload?.reason ?? upload?.state ?? 'gone'}`;
    } else if (isAlive(upload)) {
      const own = chunks.filter((chunk) => chunk.upload === upload.id);
      for (const index of held) {
        if (!isCovered(own, book.sources.get(key), index)) yield `chunk ${index} of ${upload.id} was held, and is not`;
      }
    }
  }
  for (const [id, source] of book.files) {
    if (book.given.has(id)) continue;
    const file = listed.find((row) => row.id === id);
    if (file?.sha256 !== sha256Of(source.bytes)) yield `file ${id} was complete, and is ${file ? 'another' : 'gone'}`;
  }
}

function isCovered(chunks: Records['chunks'], source: ClientFile | undefined, index: number): boolean {
  if (source === undefined) return false;
  const start = index * source.chunkSize;
  const wanted = chunkOf(source, index).length;
  const inside = chunks.filter((chunk) => chunk.start >= start && chunk.start < start + wanted);
  return inside.reduce((sum, { length }) => sum + length, 0) === wanted;
}

/** What lies on the disk, or stands in the database, and belongs to nobody. What was put aside is known to be so. */
export function orphans({ uploads, files: listed, blobs }: Records, disk: DiskImage): string[] {
  const wanted = new Set([
    ...uploads.filter(isAlive).map(({ id }) => `staging/${id}`),
    ...blobs.map((blob) => blobPath(blob)),
  ]);
  const referenced = new Set(listed.map(blobPath));
  return [
    ...[...disk.files.keys()].filter((path) => !wanted.has(path) && !path.startsWith('quarantine/')),
    ...blobs.map((blob) => blobPath(blob)).filter((path) => !referenced.has(path)),
    ...uploads.filter(({ state }) => state === 'completing').map(({ id }) => `upload ${id} still completes`),
  ];
}
