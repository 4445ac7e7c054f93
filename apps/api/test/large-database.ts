import type { DataSource, EntityManager } from 'typeorm';

/** How many rows of what. */
export interface Amounts {
  /** Uploads that have become files. */
  readonly ended: number;
  /** Uploads that still receive, each with a few chunks. */
  readonly open: number;
  /** Chunks of the one long upload. */
  readonly chunks: number;
  /** Files, each with a content of its own; one folder for twenty of them. */
  readonly files: number;
  /** Accounts, each with a space and a session, and in one of a hundred teams. */
  readonly people: number;
}

/** As much as fits into every run; `STOWAGE_SCALE=full` for the figures of docs/evidence/engine.md. */
export const AMOUNTS: Amounts =
  process.env.STOWAGE_SCALE === 'full'
    ? { ended: 1_000_000, open: 10_000, chunks: 100_000, files: 200_000, people: 10_000 }
    : { ended: 60_000, open: 2_000, chunks: 10_000, files: 20_000, people: 10_000 };

/** Id of the upload with very many chunks of 1 KiB; it misses the one in the middle and the second half of its bytes. */
export const LONG_UPLOAD = idOf('long', 1);
/** Bytes of each of its chunks. */
export const LONG_CHUNK = 1024;

/** Id and key of the upload, file or blob of a kind and a number. */
export function idOf(
  kind: 'ended' | 'open' | 'file' | 'blob' | 'long' | 'person' | 'space' | 'team',
  number: number,
): string {
  return `${kind}${number}`.padStart(22, '0');
}

const UPLOAD = `INSERT INTO uploads (id, space_id, owner, client_key, state, length, received, chunk_size, chunk_count, name,
  path, media_type, created_at, updated_at, expires_at, ended_at, remains)`;

/** Fills a database with what a server has after years: only rows, of bytes that do not exist. */
export async function fill(database: DataSource, { ended, open, chunks, files, people }: Amounts): Promise<void> {
  await database.transaction(async (manager) => {
    await manager.query('SET LOCAL statement_timeout = 0');
    await manager.query(
      `${UPLOAD} SELECT lpad('ended' || i, 22, '0'), s.id, 'built-in', lpad('ended' || i, 22, '0'),
         (ARRAY['complete', 'complete', 'complete', 'complete', 'failed', 'cancelled', 'expired'])[1 + i % 7], 1000, 1000, 100,
         10, lpad('ended' || i, 22, '0'), '', 'text/plain', now() - i * interval '1 second', now() - i * interval '1 second', NULL,
         now() - (i % 500000) * interval '1 second', i % 10000 = 0
       FROM spaces s, generate_series(1, $1::integer) i`,
      [ended],
    );
    // The unfinished ones are the oldest of all: a list of them finds none among the newest.
    await manager.query(
      `${UPLOAD} SELECT lpad('open' || i, 22, '0'), s.id, 'built-in', lpad('open' || i, 22, '0'), 'receiving', 1000, 300, 100, 3, lpad('open' || i, 22, '0'), '', 'text/plain',
         now() - interval '60 days' - i * interval '1 second', now(), now() + (i % 1000) * interval '10 minutes', NULL, true
       FROM spaces s, generate_series(1, $1::integer) i`,
      [open],
    );
    await manager.query(
      `INSERT INTO chunks (upload_id, "offset", length) SELECT lpad('open' || i, 22, '0'), k * 100, 100
       FROM generate_series(1, $1::integer) i, generate_series(0, 2) k`,
      [open],
    );
    await manager.query(
      `${UPLOAD} SELECT $2, s.id, 'built-in', $2, 'receiving', $1::bigint * 2 * $3, ($1::bigint - 1) * $3, $3, $1::integer - 1,
         'long', '', 'text/plain', now(), now(), now() + interval '7 days', NULL, true FROM spaces s`,
      [chunks, LONG_UPLOAD, LONG_CHUNK],
    );
    await manager.query(
      `INSERT INTO chunks (upload_id, "offset", length) SELECT $2, i::bigint * $3, $3::bigint
       FROM generate_series(0, $1::integer - 1) i WHERE i <> $1::integer / 2`,
      [chunks, LONG_UPLOAD, LONG_CHUNK],
    );
    await manager.query(
      `INSERT INTO blobs (id, space_id, sha256, size, verified_at, created_at)
       SELECT lpad('blob' || i, 22, '0'), s.id, lpad(to_hex(i), 64, '0'), 1000, now() - (i % 500000) * interval '1 second', now()
       FROM spaces s, generate_series(1, $1::integer) i`,
      [files],
    );
    await manager.query(
      `INSERT INTO entries (id, space_id, kind, name, name_key, sort_key, size, media_type, blob_id, upload_id, created_at)
       SELECT lpad('file' || i, 22, '0'), s.id, 'file', lpad('file' || i, 22, '0'), lpad('file' || i, 22, '0'), lpad('file' || i, 22, '0'), 1000, 'text/plain', lpad('blob' || i, 22, '0'), lpad('ended' || i, 22, '0'),
         now() - i * interval '1 second'
       FROM spaces s, generate_series(1, $1::integer) i`,
      [files],
    );
    await manager.query(
      `INSERT INTO entries (id, space_id, kind, name, name_key, sort_key) SELECT lpad('folder' || i, 22, '0'), s.id, 'folder',
         'folder' || i, 'folder' || i, 'folder' || i FROM spaces s, generate_series(1, $1::integer / 20) i`,
      [files],
    );
    await manager.query(
      `INSERT INTO upload_owners (owner, open_uploads) SELECT 'built-in', count(*) FROM uploads WHERE ended_at IS NULL
       ON CONFLICT (owner) DO UPDATE SET open_uploads = excluded.open_uploads`,
    );
    await manager.query(
      `UPDATE spaces SET used_bytes = $1, reserved_bytes = (SELECT sum(length) FROM uploads WHERE ended_at IS NULL)`,
      [files * 1000],
    );
    await fillPeople(manager, people);
  });
  // As autovacuum does: what an index alone can answer needs no row.
  await database.query('VACUUM (ANALYZE)');
}

/** The secret of a person's session is the person's id. */
async function fillPeople(manager: EntityManager, people: number): Promise<void> {
  await manager.query(
    `INSERT INTO accounts (id, name, name_key, role, password_hash)
     SELECT lpad('person' || i, 22, '0'), 'person ' || i, 'person ' || i, 'member', 'x' FROM generate_series(1, $1::integer) i`,
    [people],
  );
  await manager.query(
    `INSERT INTO spaces (id, name, name_key, account_id)
     SELECT lpad('space' || i, 22, '0'), 'person ' || i, 'person ' || i, lpad('person' || i, 22, '0')
     FROM generate_series(1, $1::integer) i
     UNION ALL SELECT lpad('team' || i, 22, '0'), 'team ' || i, 'team ' || i, NULL FROM generate_series(1, 100) i`,
    [people],
  );
  await manager.query(
    `INSERT INTO space_members (account_id, name_key, space_id, role)
     SELECT lpad('person' || i, 22, '0'), 'person ' || i, lpad('space' || i, 22, '0'), 'manager' FROM generate_series(1, $1::integer) i
     UNION ALL SELECT lpad('person' || i, 22, '0'), 'person ' || i, lpad('team' || (1 + i % 100), 22, '0'), 'editor'
     FROM generate_series(1, $1::integer) i`,
    [people],
  );
  await manager.query(
    `INSERT INTO sessions (id, secret_digest, account_id, address, user_agent)
     SELECT lpad('person' || i, 22, '0'), sha256(lpad('person' || i, 22, '0')::bytea), lpad('person' || i, 22, '0'), '', ''
     FROM generate_series(1, $1::integer) i`,
    [people],
  );
}
