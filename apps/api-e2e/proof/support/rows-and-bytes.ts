import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { query } from '../../support/database.js';
import { sha256 } from '../../support/random.js';

/** An upload as its rows say. */
export interface UploadRow {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly chunks: readonly { readonly start: number; readonly end: number }[];
}

/** A product that does not run: what its rows say, and what is on its disk. */
export interface Remains {
  readonly uploads: ReadonlyMap<string, UploadRow>;
  /** Digests of contents by the id of their file. */
  readonly files: ReadonlyMap<string, string>;
  readonly dataDir: string;
  readonly faults: readonly string[];
}

const UPLOADS = `SELECT id, name, state, coalesce((SELECT json_agg(json_build_object('start', c."offset", 'end', c."offset" + c.length))
  FROM chunks c WHERE c.upload_id = u.id), '[]') AS chunks FROM uploads u`;
const FILES = `SELECT e.id, b.sha256 FROM entries e JOIN blobs b ON b.id = e.blob_id`;
const BLOBS = `SELECT space_id || '/' || left(sha256, 2) || '/' || sha256 AS place, sha256, size::integer AS size
  FROM blobs WHERE state = 'live'`;

/**
 * Reads rows and compares them with the bytes: a crash may leave bytes without rows, never rows without bytes.
 * @param sent what was sent, by name
 */
export async function remains(url: string, dataDir: string, sent: ReadonlyMap<string, Buffer>): Promise<Remains> {
  const uploads = await query<UploadRow & Record<string, unknown>>(url, UPLOADS);
  const files = await query<{ id: string; sha256: string }>(url, FILES);
  const blobs = await query<{ place: string; sha256: string; size: number }>(url, BLOBS);
  return {
    uploads: new Map(uploads.map((row) => [row.id, row])),
    files: new Map(files.map((row) => [row.id, row.sha256])),
    dataDir,
    faults: [
      ...uploads.flatMap((row) => stagedFaults(row, dataDir, sent.get(row.name))),
      ...blobs.flatMap((row) => blobFaults(row, dataDir)),
    ],
  };
}

/** Every chunk that is recorded has its bytes, and they are those that were sent. */
function stagedFaults({ id, name, state, chunks }: UploadRow, dataDir: string, content: Buffer | undefined): string[] {
  // What has ended needs no staged bytes, and its chunks are removed later.
  if (chunks.length === 0 || (state !== 'receiving' && state !== 'completing')) return [];
  if (content === undefined) return [`upload ${id} is of ${name}, which nobody has sent`];
  let file: number;
  try {
    file = openSync(join(dataDir, 'staging', id), 'r');
  } catch {
    return [`staging/${id} has no bytes where ${chunks.length} chunks are recorded`];
  }
  try {
    return chunks.flatMap(({ start, end }) => {
      const bytes = Buffer.alloc(end - start);
      const read = readSync(file, bytes, 0, bytes.length, start);
      if (read < bytes.length) return [`staging/${id} has ${start + read} bytes where ${end} are recorded`];
      return bytes.equals(content.subarray(start, end))
        ? []
        : [`staging/${id} has other bytes from ${start} to ${end}`];
    });
  } finally {
    closeSync(file);
  }
}

function blobFaults({ place, sha256: digest, size }: { place: string; sha256: string; size: number }, dataDir: string) {
  try {
    const bytes = readFileSync(join(dataDir, 'blobs', place));
    if (bytes.length !== size) return [`blobs/${place} has ${bytes.length} bytes, not ${size}`];
    return sha256(bytes) === digest ? [] : [`blobs/${place} has other bytes`];
  } catch {
    return [`blobs/${place} has no bytes, not ${size}`];
  }
}
