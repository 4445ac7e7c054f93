import type { DataSource, EntityManager } from 'typeorm';

/** How many entries of what. */
export interface TreeAmounts {
  /** Files in the one full folder; a hundredth as many folders besides. */
  readonly full: number;
  /** Folders elsewhere, a hundred of them in each of a space's folders, with twenty files in each. */
  readonly folders: number;
  /** Files in the trash, and a tenth as many folders with ten files in each. */
  readonly trashed: number;
  /** Operations that have ended. */
  readonly operations: number;
  /** Links, each with ten accesses, downloads and proofs. */
  readonly links: number;
}

/** As much as fits into every run; `STOWAGE_SCALE=full` for a million entries. */
export const TREE_AMOUNTS: TreeAmounts =
  process.env.STOWAGE_SCALE === 'full'
    ? { full: 100_000, folders: 40_000, trashed: 30_000, operations: 20_000, links: 10_000 }
    : { full: 20_000, folders: 2_000, trashed: 3_000, operations: 10_000, links: 2_000 };

/** Id of the full folder. */
export const FULL_FOLDER = treeId('full', 0);

/** Id of the entry, operation or link of a kind and a number, from 1 on. */
export function treeId(
  kind: 'full' | 'inner' | 'shelf' | 'box' | 'leaf' | 'gone' | 'op' | 'link',
  number: number,
): string {
  return `${kind}${number}`.padStart(22, '0');
}

const ENTRY = `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key, size, media_type, blob_id,
  created_at, trashed_at, trashed_path)`;
const CONTENT = `1000, 'text/plain', lpad('tree' || (1 + n % 1000), 22, '0')`;
const idOf = (kind: string, number = 'n') => `lpad('${kind}' || ${number}, 22, '0')`;
const named = (kind: string, number = 'n') =>
  Array.from({ length: 3 }, () => `'${kind}' || lpad((${number})::text, 9, '0')`).join(', ');
const ago = (seconds = 'n') => `now() - (${seconds}) * interval '1 second'`;

/** Fills a space with trees, its trash, operations and links: only rows, of bytes that do not exist. */
export async function fillTree(database: DataSource, spaceId: string, amounts: TreeAmounts): Promise<void> {
  await database.transaction(async (manager) => {
    await manager.query('SET LOCAL statement_timeout = 0');
    await manager.query(
      `INSERT INTO blobs (id, space_id, sha256, size, verified_at, created_at)
       SELECT ${idOf('tree')}, $1, lpad('feed' || lpad(to_hex(n), 8, '0'), 64, '0'), 1000, now(), now() FROM generate_series(1, 1000) n`,
      [spaceId],
    );
    await fillFull(manager, spaceId, amounts);
    await fillShelves(manager, spaceId, amounts);
    await fillTrash(manager, spaceId, amounts);
    await fillOperations(manager, spaceId, amounts);
    await fillLinks(manager, spaceId, amounts);
    await manager.query(
      `UPDATE spaces SET used_bytes = (SELECT sum(size) FROM entries WHERE space_id = $1) WHERE id = $1`,
      [spaceId],
    );
  });
  await database.query('VACUUM (ANALYZE)');
  // The statistics stay those of all this, whatever a test removes.
  await database.query('ALTER TABLE entries SET (autovacuum_enabled = off)');
}

async function fillFull(manager: EntityManager, spaceId: string, { full }: TreeAmounts): Promise<void> {
  await manager.query(
    `${ENTRY} SELECT $2, $1, NULL::text, 'folder', 'full', 'full', 'full', NULL::bigint, NULL, NULL, now(), NULL::timestamptz, NULL`,
    [spaceId, FULL_FOLDER],
  );
  await manager.query(
    `${ENTRY} SELECT ${idOf('inner')}, $1, $2, 'folder', ${named('inner')}, NULL, NULL, NULL, ${ago()}, NULL, NULL
     FROM generate_series(1, $3::integer / 100) n`,
    [spaceId, FULL_FOLDER, full],
  );
  await manager.query(
    `${ENTRY} SELECT ${idOf('full')}, $1, $2, 'file', ${named('file')}, ${CONTENT}, ${ago()}, NULL, NULL
     FROM generate_series(1, $3::integer) n`,
    [spaceId, FULL_FOLDER, full],
  );
}

async function fillShelves(manager: EntityManager, spaceId: string, { folders }: TreeAmounts): Promise<void> {
  await manager.query(
    `${ENTRY} SELECT ${idOf('shelf')}, $1, NULL, 'folder', ${named('shelf')}, NULL, NULL, NULL, ${ago()}, NULL, NULL
     FROM generate_series(0, $2::integer / 100) n`,
    [spaceId, folders],
  );
  await manager.query(
    `${ENTRY} SELECT ${idOf('box')}, $1, ${idOf('shelf', '(n / 100)')}, 'folder', ${named('box')}, NULL, NULL, NULL, ${ago()}, NULL, NULL
     FROM generate_series(1, $2::integer) n`,
    [spaceId, folders],
  );
  await manager.query(
    `${ENTRY} SELECT ${idOf('leaf')}, $1, ${idOf('box', '(1 + n / 20)')}, 'file', ${named('leaf')}, ${CONTENT}, ${ago()}, NULL, NULL
     FROM generate_series(0, $2::integer * 20 - 1) n`,
    [spaceId, folders],
  );
}

async function fillTrash(manager: EntityManager, spaceId: string, { trashed }: TreeAmounts): Promise<void> {
  await manager.query(
    `${ENTRY} SELECT ${idOf('gone')}, $1, NULL, CASE n % 11 WHEN 0 THEN 'folder' ELSE 'file' END, ${named('gone')},
       CASE n % 11 WHEN 0 THEN NULL ELSE 1000 END, CASE n % 11 WHEN 0 THEN NULL ELSE 'text/plain' END,
       CASE n % 11 WHEN 0 THEN NULL ELSE ${idOf('tree', '(1 + n % 1000)')} END, ${ago()}, ${ago('60 * n')}, ''
     FROM generate_series(1, $2::integer) n`,
    [spaceId, trashed],
  );
  await manager.query(
    `${ENTRY} SELECT ${idOf('below')}, $1, ${idOf('gone', '(11 * (1 + n / 10))')}, 'file', ${named('below')}, ${CONTENT},
       ${ago()}, NULL, NULL FROM generate_series(0, 10 * ($2::integer / 11) - 1) n`,
    [spaceId, trashed],
  );
}

async function fillOperations(manager: EntityManager, spaceId: string, { operations }: TreeAmounts): Promise<void> {
  await manager.query(
    `INSERT INTO operations (id, space_id, owner, action, entries, conflict, state, created_at, ended_at)
     SELECT ${idOf('op')}, $1, ${idOf('person', '(n % 100)')}, 'trash', ARRAY[${idOf('leaf')}], 'reject', 'done',
       ${ago()}, ${ago()} FROM generate_series(1, $2::integer) n`,
    [spaceId, operations],
  );
}

async function fillLinks(manager: EntityManager, spaceId: string, { links }: TreeAmounts): Promise<void> {
  await manager.query(
    `INSERT INTO links (id, slug, kind, space_id, entry_id, title, note, created_at)
     SELECT ${idOf('link')}, lpad('link' || n, 43, '0'), CASE n % 2 WHEN 0 THEN 'share' ELSE 'request' END,
       CASE n % 20 WHEN 0 THEN $1 ELSE ${idOf('team', '(1 + n % 100)')} END, ${idOf('box')}, 'x', '', ${ago()}
     FROM generate_series(1, $2::integer) n`,
    [spaceId, links],
  );
  await manager.query(
    `INSERT INTO link_accesses (link_id, at, action, network)
     SELECT ${idOf('link', '(1 + n / 10)')}, ${ago()}, 'downloaded', '192.0.2.0/24' FROM generate_series(0, 10 * $1::integer - 1) n`,
    [links],
  );
  await manager.query(
    `INSERT INTO link_downloads (link_id, entry_id, address_digest, at)
     SELECT ${idOf('link', '(1 + n / 10)')}, ${idOf('leaf')}, sha256(n::text::bytea), ${ago('n % 86000')}
     FROM generate_series(0, 10 * $1::integer - 1) n`,
    [links],
  );
  await manager.query(
    `INSERT INTO link_proofs (secret_digest, link_id, password_version, expires_at)
     SELECT sha256(n::text::bytea), ${idOf('link', '(1 + n / 10)')}, 1, now() + n * interval '1 second'
     FROM generate_series(0, 10 * $1::integer - 1) n`,
    [links],
  );
}
