import type { ConflictPolicy } from '@stowage/contract';
import { BodyDigest } from '../../src/upload/body-digest.js';
import { brokenContent, contentOf } from '../bytes.js';
import type { Engine } from '../engine.js';
import { incoming } from '../sending.js';
import type { ChunkFacts } from './model-bytes.js';
import type { BeginFacts, Bytes } from './model.js';
import { Vanished } from './world.js';

/* What the protocols do with the parts of the engine. */

type Answer = Promise<{ readonly state: string }>;
type Taking = Parameters<typeof incoming>[0];

/** Long enough for any file of a few bytes. */
const WAIT_MS = 20_000;

/** `POST /api/uploads`, or the first request of a Dropzone file. */
export async function begin(engine: Engine, facts: BeginFacts, asksAgain: boolean): Answer {
  const { key, name, length, chunkSize, conflict, sha256 } = facts;
  const ids = {
    spaceId: engine.spaceId,
    owner: 'built-in',
    clientKey: key,
    name,
    path: '',
    mediaType: 'text/plain',
    resumable: true,
  };
  const fingerprint = key?.startsWith('rest/') === true ? { fingerprint: JSON.stringify(facts) } : {};
  const plan = { ...ids, length, chunkSize, conflict, declaredSha256: sha256, ...fingerprint };
  const { upload, isNew } = await engine.uploads.begin(plan, asksAgain);
  if (upload.length !== 0) return upload;
  await engine.chunks.writeNothing(upload, isNew);
  return (await engine.uploads.result(upload.id, WAIT_MS)).upload;
}

/** Bytes for an upload, as REST takes them. */
async function take(engine: Engine, id: string, facts: Taking): Answer {
  const upload = await engine.uploads.find(id);
  const taken = upload.state === 'receiving' ? await engine.chunks.write(upload, incoming(facts)) : { progress: null };
  if (taken === null) throw new Error('It was removed meanwhile.');
  return (await engine.uploads.result(id, WAIT_MS, taken.progress)).upload;
}

/** `PUT …/bytes`. */
export function writeChunk(engine: Engine, id: string, { offset, bytes, fault, digest, begins }: ChunkFacts): Answer {
  const [half, length] = [Math.floor(bytes.length / 2), bytes.length];
  const contents = {
    none: () => contentOf(bytes.subarray(0, half), bytes.subarray(half)),
    'wrong digest': () => contentOf(bytes),
    short: () => contentOf(bytes.subarray(1)),
    long: () => contentOf(bytes, Buffer.from('!')),
    broken: () => brokenContent(new Vanished(), bytes.subarray(0, half)),
  };
  const value = digest === null ? '' : Buffer.from(digest, 'hex').toString('base64');
  const check = digest === null ? null : new BodyDigest([{ algorithm: 'sha-256', value }]);
  return take(engine, id, { offset, length, content: contents[fault](), check, begins });
}

/** `PATCH`. */
export function append(engine: Engine, id: string, { offset, bytes }: Bytes, broken: boolean): Answer {
  const content = broken ? brokenContent(new Vanished(), bytes) : contentOf(bytes);
  return take(engine, id, { kind: 'append', offset, length: null, content });
}

/** `POST …/complete`. */
export async function complete(engine: Engine, id: string, name?: string, conflict?: ConflictPolicy): Answer {
  const changes = { ...(name === undefined ? {} : { name }), ...(conflict === undefined ? {} : { conflict }) };
  return (await engine.changes.complete(id, changes, WAIT_MS)).upload;
}

/** `DELETE`. */
export async function cancel(engine: Engine, id: string): Answer {
  await engine.uploads.cancel(id);
  return { state: 'cancelled' };
}

/** Deletes the file that an upload has become. */
export async function deleteFile(engine: Engine, id: string): Promise<boolean> {
  const fileId = await fileOf(engine, id);
  return fileId !== null && engine.remover.delete(fileId);
}

/** Id of the file that an upload has become, as long as it is there; it outlives the upload's own row. */
export async function fileOf({ database }: Engine, uploadId: string): Promise<string | null> {
  const rows = await database.query<{ id: string }[]>(
    `SELECT id FROM entries WHERE upload_id = $1 AND blob_id IS NOT NULL`,
    [uploadId],
  );
  return rows[0]?.id ?? null;
}
