import { expect } from '@jest/globals';
import { contiguousEnd, type Model, type ModelUpload } from './model.js';
import { fileOf } from './requests.js';
import type { World } from './world.js';

/** What may have become of a request whose process died. */
export interface Sides {
  readonly before: Model;
  readonly after: Model;
  /** Of the upload that it was about. */
  readonly position: number;
}

/**
 * Takes over what a dead process has left of its last request: all of it, nothing of it, or, of an upload that still
 * receives, some of its runs; no byte that was held before may lack.
 */
export async function adopt(model: Model, world: World, { before, after, position }: Sides): Promise<void> {
  const [was, would] = [before.at(position), after.at(position)];
  const row = was.id === '' ? null : await world.engine.ledger.find(was.id);
  const state = row?.state ?? 'gone';
  const stateOf = (upload: ModelUpload) => (upload.gone ? 'gone' : upload.state);
  expect([stateOf(was), stateOf(would)]).toContain(state);
  const side =
    state === stateOf(would) && ((await fileOf(world.engine, was.id)) !== null) === after.files.has(position)
      ? after
      : before;
  Object.assign(model, side.copy());
  if (row?.state !== 'receiving' && row?.state !== 'expired') return;
  const upload = model.at(position);
  const { name, conflict, length, reason, received } = row;
  expect([was.name, would.name]).toContain(name);
  expect([was.length, would.length, contiguousEnd(was)]).toContain(length);
  // Its length and its name may have been fixed before the process died, and then its time was up.
  if (row.state === 'expired') {
    Object.assign(upload, { name, conflict, length });
    return;
  }
  expect([was.reason, would.reason, null]).toContain(reason);
  const ranges = await world.engine.chunkLedger.ranges(upload.id);
  const isRecorded = (at: number) => ranges.some(({ start, end }) => start <= at && at < end);
  const places = Array.from({ length: Math.max(was.held.length, would.held.length) }, (_, at) => at);
  const recorded = places.map((at) => (isRecorded(at) ? (was.held[at] ?? would.held[at]) : undefined));
  // Nothing stays of places behind the last byte: an empty upload whose length comes later is an empty file.
  const held = recorded.slice(0, recorded.findLastIndex((byte) => byte !== undefined) + 1);
  was.held.forEach((byte, at) => {
    expect({ at, byte: held[at] }).toEqual({ at, byte: byte ?? held[at] });
  });
  expect(held.filter((byte) => byte !== undefined)).toHaveLength(received);
  const rows = await world.engine.database.query<{ offset: string; length: string; digest: string | null }[]>(
    `SELECT "offset", length, digest FROM chunks WHERE upload_id = $1`,
    [upload.id],
  );
  const digests = new Map(would.chunks.map((chunk) => [chunk.offset, chunk.digest]));
  const chunks = rows.map((chunk) => {
    const offset = Number(chunk.offset);
    return { offset, length: Number(chunk.length), digest: digests.get(offset) ?? null };
  });
  const due = row.expiresAt !== null && row.expiresAt.getTime() < Date.now();
  Object.assign(upload, { name, conflict, length, reason, received, held, chunks, due });
}
