import { readFile } from 'node:fs/promises';
import { expect } from '@jest/globals';
import { readAll } from '../bytes.js';
import { until } from '../sending.js';
import { contiguousEnd, digestOf, type Model, type ModelUpload } from './model.js';
import { fileOf } from './requests.js';
import type { World } from './world.js';

interface FileRow {
  readonly name: string;
  readonly sha256: string | null;
  readonly upload: string;
  readonly inTrash: boolean;
}

/** Compares every upload and every file with the model. */
export async function checkUploads(model: Model, world: World): Promise<void> {
  await world.settle();
  await nameNewOnes(model, world);
  const seen = [];
  for (const upload of model.uploads) seen.push(await seenOf(upload, world));
  expect(seen).toEqual(model.uploads.map(expectedOf));
  const rows = await world.engine.database.query<FileRow[]>(
    `SELECT e.name, b.sha256, e.upload_id AS upload, e.trashed_at IS NOT NULL AS "inTrash"
     FROM entries e LEFT JOIN blobs b ON b.id = e.blob_id`,
  );
  const byUpload = (a: { upload: string }, b: { upload: string }) => (a.upload < b.upload ? -1 : 1);
  const files = [...model.files].map(([index, { name, bytes, inTrash }]) => ({
    name,
    sha256: digestOf(bytes),
    upload: model.at(index).id,
    inTrash,
  }));
  expect(rows.sort(byUpload)).toEqual(files.sort(byUpload));
  expect(await world.engine.usage()).toEqual({ quota: model.quota, used: model.used, reserved: model.reserved });
  expect(await world.engine.audit.drift()).toEqual({ bytes: 0, uploads: 0 });
  expect(await world.engine.database.query(`SELECT * FROM upload_leases`)).toEqual([]);
}

/** Uploads are begun one at a time, and ids are the server's. */
async function nameNewOnes(model: Model, world: World): Promise<void> {
  const known = model.uploads.map(({ id }) => id);
  const rows = await world.engine.database.query<{ id: string }[]>(`SELECT id FROM uploads WHERE id <> ALL($1)`, [
    known,
  ]);
  const nameless = model.uploads.filter(({ id, gone }) => id === '' && !gone);
  expect(rows).toHaveLength(nameless.length);
  nameless.forEach((upload, index) => (upload.id = rows[index]?.id ?? ''));
}

function expectedOf(upload: ModelUpload): object {
  const { id, gone, state, reason, length, received, name } = upload;
  if (gone) return { id, gone };
  const offset = state === 'receiving' ? contiguousEnd(upload) : received;
  const bytes = state === 'receiving' ? Array.from(upload.held, (byte) => byte ?? null) : null;
  return { id, state, reason, length, received, name, offset, bytes };
}

async function seenOf({ id, held }: ModelUpload, { engine }: World): Promise<object> {
  const row = id === '' ? null : await engine.ledger.find(id);
  if (row === null) return { id, gone: true };
  const { upload, offset } = await engine.uploads.status(id);
  const { state, received, length, name } = upload;
  const bytes = state === 'receiving' ? await stagedBytes(engine, id, held.length) : null;
  return { id, state, reason: row.reason, length, received, name, offset, bytes };
}

/** The recorded bytes; those between them are nobody's business. */
async function stagedBytes(engine: World['engine'], id: string, length: number): Promise<(number | null)[]> {
  const ranges = await engine.chunkLedger.ranges(id);
  const bytes = Array.from({ length }, (): number | null => null);
  if (ranges.every(({ start, end }) => start === end)) return bytes;
  const staged = await readFile(engine.storage.layout.stagingFile(id));
  for (const { start, end } of ranges) for (let at = start; at < end; at++) bytes[at] = staged[at] ?? -1;
  return bytes;
}

/** After everything that tidies up has run: what is on the disk is what somebody refers to. */
export async function checkConservation(model: Model, world: World): Promise<void> {
  const signal = new AbortController().signal;
  const { engine } = world;
  for (let pass = 0; pass < 2; pass++) {
    await engine.upkeep.run(signal);
    await engine.reconcile.run(signal);
  }
  model.upkeep();
  for (const blob of await engine.entries.unreferencedBlobs()) await engine.remover.collect(blob);
  // What a delete has asked for may be under way just now.
  await until(async () => {
    await engine.collector.pass(signal);
    const left = await engine.database.query<unknown[]>(`SELECT 1 FROM blobs WHERE state = 'condemned'`);
    return left.length === 0;
  });
  await engine.blobReconcile.pass(signal);
  await checkUploads(model, world);
  const digests: string[] = [];
  for await (const keys of engine.storage.store.keys()) digests.push(...keys.map(({ sha256 }) => sha256));
  expect(digests.sort()).toEqual([...new Set([...model.files.values()].map(({ bytes }) => digestOf(bytes)))].sort());
  const open = model.uploads.filter(({ state, gone }) => state === 'receiving' && !gone).map(({ id }) => id);
  const staged = await engine.storage.store.staged();
  expect(open).toEqual(expect.arrayContaining(staged));
  for (const [index, { bytes }] of model.files) {
    const found = await engine.files.find((await fileOf(engine, model.at(index).id)) ?? '');
    if (found === null || bytes.length === 0) continue;
    const stored = await readAll(await engine.storage.store.read(found.blob, { start: 0, end: bytes.length }));
    expect(stored.equals(bytes)).toBe(true);
  }
}
