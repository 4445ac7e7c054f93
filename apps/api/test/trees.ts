import { randomBytes } from 'node:crypto';
import { nameKey, sortKey } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { SpaceMoves } from '../src/entries/space-moves.js';
import { TreeLedger } from '../src/entries/tree-ledger.js';
import { findNode, findPlace, type FolderPlace, type TreeNode } from '../src/entries/tree-walks.js';
import { parseConfiguration } from '../src/platform/config/configuration.js';
import { newId } from '../src/platform/database/ids.js';
import { SpaceQuota } from '../src/spaces/space-quota.js';

/** A tree ledger as the modules put it together. */
export function treeLedger(database: DataSource): TreeLedger {
  const configuration = parseConfiguration({ DATABASE_URL: 'postgres://localhost/test' });
  return new TreeLedger(new SpaceMoves(new SpaceQuota(database, configuration)));
}

/** Makes a file of so many bytes, which exist as rows only; returns its id. */
export async function makeFile(database: DataSource, parent: string, name: string, bytes = 1): Promise<string> {
  const { spaceId, parentId } = await placeOf(database, parent);
  const [id, blob, sha256] = [newId(), newId(), randomBytes(32).toString('hex')];
  await database.transaction(async (manager) => {
    await manager.query(`INSERT INTO blobs (id, space_id, sha256, size) VALUES ($1, $2, $3, $4)`, [
      ...[blob, spaceId, sha256, bytes],
    ]);
    await manager.query(
      `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key, media_type, blob_id, size)
       VALUES ($1, $2, $3, 'file', $4, $5, $6, 'text/plain', $7, $8)`,
      [id, spaceId, parentId, name, nameKey(name), sortKey(name), blob, bytes],
    );
    await manager.query(`UPDATE spaces SET used_bytes = used_bytes + $2 WHERE id = $1`, [spaceId, bytes]);
  });
  return id;
}

/** Makes the folders of a path that are missing; returns the id of the last. */
export async function makeFolder(database: DataSource, parent: string, path: string): Promise<string> {
  const base = await placeOf(database, parent);
  const made = await database.transaction((manager) =>
    treeLedger(database).makeFolders(manager, base, path.split('/')),
  );
  return made.at(-1)?.id ?? parent;
}

/** A folder that is there. */
export async function placeOf(database: DataSource, id: string): Promise<FolderPlace> {
  const place = await findPlace(database.manager, id);
  if (place === null) throw new Error(`There is no folder ${id}.`);
  return place;
}

/** An entry that is there. */
export async function nodeOf(database: DataSource, id: string): Promise<TreeNode> {
  const node = await findNode(database.manager, id);
  if (node === null) throw new Error(`There is no entry ${id}.`);
  return node;
}

/** Paths of everything in a space that is not in the trash, sorted; those of folders end in a slash. */
export async function pathsIn(database: DataSource, spaceId: string): Promise<string[]> {
  const rows = await database.query<{ path: string }[]>(
    `WITH RECURSIVE below AS (
       SELECT id, kind, name AS path FROM entries WHERE folder_id = $1
       UNION ALL SELECT e.id, e.kind, b.path || '/' || e.name FROM entries e JOIN below b ON e.folder_id = b.id
     ) SELECT CASE kind WHEN 'folder' THEN path || '/' ELSE path END AS path FROM below`,
    [spaceId],
  );
  return rows.map(({ path }) => path).sort();
}

/** Makes a team's space. */
export async function makeSpace(database: DataSource, name: string): Promise<string> {
  const id = newId();
  await database.query(`INSERT INTO spaces (id, name, name_key) VALUES ($1, $2, $3)`, [id, name, nameKey(name)]);
  return id;
}
