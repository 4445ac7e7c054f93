import { nameKey, sortKey } from '@stowage/contract';
import type { EntityManager } from 'typeorm';
import { newId } from '../platform/database/ids.js';
import { numberedName } from './numbered-names.js';
import { checkReach, notAFolder } from './tree-refusals.js';
import type { FolderPlace } from './tree-walks.js';

/** Numbers tried for a folder whose name a file has. */
const MOST_NUMBER = 100;

/** A folder that was asked for. */
export interface MadeFolder {
  readonly id: string;
  /** False when it was there already. */
  readonly isNew: boolean;
}

/**
 * Makes the folders of a path that are missing. The caller shares the lock of the tree, and keeps the folder that the path
 * begins in.
 * @param names folder names, outermost first
 * @param evades whether a folder whose name a file has gets a number instead
 * @returns what became of each of them
 * @throws ProblemError path-not-a-folder, folder-too-deep
 */
export async function makeFolders(
  manager: EntityManager,
  base: FolderPlace,
  names: readonly string[],
  evades = false,
): Promise<readonly MadeFolder[]> {
  const bytes = names.reduce((sum, name) => sum + 1 + Buffer.byteLength(name), base.depth === 0 ? -1 : base.bytes);
  if (names.length > 0) checkReach(base.depth + names.length, bytes);
  const folders: MadeFolder[] = [];
  for (const name of names) {
    folders.push(await makeFolder(manager, base.spaceId, folders.at(-1)?.id ?? base.parentId, name, evades));
  }
  return folders;
}

async function makeFolder(
  manager: EntityManager,
  spaceId: string,
  parentId: string | null,
  wanted: string,
  evades: boolean,
): Promise<MadeFolder> {
  const id = newId();
  let name = wanted;
  let number = 0;
  // Again when it is renamed or put into the trash between the two statements; the row's lock then keeps it.
  for (let attempt = 0; attempt < 5;) {
    await manager.query(
      `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key) VALUES ($1, $2, $3, 'folder', $4, $5, $6)
       ON CONFLICT (folder_id, name_key) DO NOTHING`,
      [id, spaceId, parentId, name, nameKey(name), sortKey(name)],
    );
    const [row] = await manager.query<{ id: string; kind: 'folder' | 'file' }[]>(
      `SELECT id, kind FROM entries WHERE folder_id = $1 AND name_key = $2 FOR KEY SHARE`,
      [parentId ?? spaceId, nameKey(name)],
    );
    if (row?.kind === 'file') {
      if (!evades || number === MOST_NUMBER) throw notAFolder();
      name = numberedName(wanted, ++number, 'folder');
      continue;
    }
    if (row !== undefined) return { id: row.id, isNew: row.id === id };
    attempt++;
  }
  throw new Error('A folder was removed as often as it was made.');
}
