import { constants, type BigIntStats } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ID_PATTERN } from '@stowage/contract';
import { z } from 'zod';
import { StartFault } from '../../platform/start-fault.js';
import { FILE_MODE, syncFolder } from './durable-files.js';
import { errnoOf } from './storage-faults.js';
import { StorageLayout } from './storage-layout.js';
import type { FoundFolder } from './volume-decision.js';

const schema = z.object({ id: z.string().regex(ID_PATTERN), created: z.string() });
/** What may lie in a folder that nothing was stored in: the launcher's, the lock's, a file system's own. */
const NOT_OURS = new Set(['launcher.lock', 'lost+found', 'postgres', 'volume.lock']);

/** Where a volume says which one it is. */
export function volumeFile(root: string): string {
  return join(root, 'volume.json');
}

/**
 * The id of the volume at a folder; null when it has none.
 * @throws StartFault when its file makes no sense
 */
export async function readVolumeId(root: string): Promise<string | null> {
  const path = volumeFile(root);
  const text = await readFile(path, 'utf8').catch(nullWhereMissing);
  if (text === null) return null;
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data.id;
  throw new StartFault(`The file ${path} is damaged: restore it from a backup of the folder, or remove it.`);
}

/** Gives a folder an id, in place of the one that it may have: durable, whole or not at all. */
export async function writeVolumeId(root: string, id: string): Promise<void> {
  const path = volumeFile(root);
  const text = `${JSON.stringify({ id, created: new Date().toISOString() })}\n`;
  const file = await open(`${path}.new`, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, FILE_MODE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(root);
}

/** Watches that a folder keeps its id. The file is read only when it is another one than at the last look. */
export class VolumeIdWatch {
  private known: BigIntStats | null = null;

  constructor(
    private readonly root: string,
    private readonly id: string,
  ) {}

  /** @throws Error with an errno when the file is not there */
  async isSame(): Promise<boolean> {
    const facts = await stat(volumeFile(this.root), { bigint: true });
    if (this.known !== null && isUnchanged(facts, this.known)) return true;
    const same = (await readVolumeId(this.root)) === this.id;
    if (same) this.known = facts;
    return same;
  }
}

function isUnchanged(now: BigIntStats, then: BigIntStats): boolean {
  return now.dev === then.dev && now.ino === then.ino && now.ctimeNs === then.ctimeNs;
}

/** Looks at a folder without changing anything. */
export async function findFolder(root: string): Promise<FoundFolder> {
  const names = await readdir(root).catch(nullWhereMissing);
  if (names === null) return { root, state: 'missing', id: null, hasBytes: false };
  const id = await readVolumeId(root);
  const state = names.every((name) => NOT_OURS.has(name)) ? 'empty' : 'used';
  return { root, state, id, hasBytes: id === null && (await hasBytes(new StorageLayout(root))) };
}

async function hasBytes({ staging, blobs }: StorageLayout): Promise<boolean> {
  const spaces = await readdir(blobs).catch(nullWhereMissing);
  const staged = await readdir(staging).catch(nullWhereMissing);
  return [...(spaces ?? []), ...(staged ?? [])].some((name) => ID_PATTERN.test(name));
}

/** Makes a folder and those above it, so that it is there after a power cut. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const above = dirname(first);
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === above) return;
  }
}

function nullWhereMissing(error: unknown): null {
  if (errnoOf(error) === 'ENOENT') return null;
  throw error;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
