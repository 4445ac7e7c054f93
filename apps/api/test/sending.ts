import { randomUUID } from 'node:crypto';
import type { UploadResult } from '@stowage/contract';
import type { Content } from '../src/blobs/blob-store.js';
import type { Upload } from '../src/upload/entities/upload.entity.js';
import type { IncomingBytes } from '../src/upload/chunk.service.js';
import type { UploadPlan } from '../src/upload/upload-ledger.js';
import { bytesOf, contentOf } from './bytes.js';
import type { Engine } from './engine.js';

/** What a client declares; its file goes into the space that a new database has. */
export type UploadRequest = Omit<UploadPlan, 'spaceId'>;

/** A file that a client sends. */
export interface ClientFile {
  /** Null for a plain form post. */
  readonly key: string | null;
  readonly name: string;
  readonly path: string;
  readonly bytes: Buffer;
  readonly chunkSize: number;
  readonly sha256: string | null;
}

/** A file of 60 random bytes in chunks of 10, with a name and a key of its own. */
export function clientFile(facts: Partial<ClientFile> = {}): ClientFile {
  const key = randomUUID();
  return { key, name: `${key}.bin`, path: '', bytes: bytesOf(60), chunkSize: 10, sha256: null, ...facts };
}

/** Number of chunks of a file. */
export function chunkCount({ bytes, chunkSize, key }: ClientFile): number {
  return key === null ? 1 : Math.max(1, Math.ceil(bytes.length / chunkSize));
}

/** What a file's requests declare. */
export function requestOf({ key, name, path, bytes, chunkSize, sha256 }: ClientFile): UploadRequest {
  return {
    owner: 'built-in',
    clientKey: key,
    length: key === null ? null : bytes.length,
    chunkSize: key === null ? null : chunkSize,
    name,
    path,
    mediaType: 'application/octet-stream',
    declaredSha256: sha256,
    resumable: key !== null,
  };
}

/** The upload of a client's key, which is begun if need be. */
export async function begun(engine: Engine, request: UploadRequest, asksAgain: boolean): Promise<Upload> {
  return (await engine.uploads.begin({ ...request, spaceId: engine.spaceId }, asksAgain)).upload;
}

/** Begins a file's upload, or finds it. */
export function open(engine: Engine, file: ClientFile, index = 0): Promise<Upload> {
  return begun(engine, requestOf(file), index === 0);
}

/** The bytes of one chunk. */
export function chunkOf(file: ClientFile, index: number): Buffer {
  if (file.key === null) return file.bytes;
  return file.bytes.subarray(index * file.chunkSize, (index + 1) * file.chunkSize);
}

/** Bytes for an upload, none unless a test says which. */
export function incoming(facts: Partial<IncomingBytes> = {}): IncomingBytes {
  return {
    ...{ offset: 0, length: null, content: contentOf(), check: null, kind: 'chunk', begins: false, label: 'bytes' },
    ...facts,
  };
}

/** How a request differs from an ordinary one. */
export interface Sending {
  readonly content?: Content;
  /** Milliseconds that the answer waits for the file. */
  readonly waitMs?: number;
}

/** Sends one chunk as the form endpoint does. Returns its answer. */
export async function send(engine: Engine, file: ClientFile, index = 0, sending: Sending = {}): Promise<UploadResult> {
  const bytes = chunkOf(file, index);
  for (let attempt = 0; attempt < 5; attempt++) {
    const upload = await open(engine, file, index);
    const label = `chunk ${index + 1} of ${chunkCount(file)}`;
    const [offset, length] = file.key === null ? [0, null] : [index * file.chunkSize, bytes.length];
    const content = sending.content ?? contentOf(bytes);
    const written = await engine.chunks.write(upload, incoming({ offset, length, content, begins: true, label }));
    if (written) return engine.uploads.result(upload.id, sending.waitMs ?? 10_000);
  }
  throw new Error('The upload was removed as often as it was begun.');
}

/** Sends all chunks of a file, one after the other in the order given, and returns the last answer. */
export async function sendAll(engine: Engine, file: ClientFile, order?: readonly number[]): Promise<UploadResult> {
  const indexes = order ?? Array.from({ length: chunkCount(file) }, (_, index) => index);
  let last: UploadResult | null = null;
  for (const index of indexes) last = await send(engine, file, index);
  if (last === null) throw new Error('There was nothing to send.');
  return last;
}

/** The code of the problem that a request ends in; the state of its upload when it ends well. */
export function outcomeOf(request: Promise<UploadResult | Upload>): Promise<string> {
  return request.then(
    (answer) => ('upload' in answer ? answer.upload.state : answer.state),
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
      throw error;
    },
  );
}

/** Waits until a condition holds; what waits forever ends with the test's own time. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
