import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { filesIn } from './disk.js';
import { until } from './until.js';

/** Where a product keeps what it holds, and what it has logged. */
export interface Holding {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly logs: { readonly rawLines: readonly string[] };
}

/** Rows in which a rule is broken; each has a column `fault` with a sentence. */
interface Rule {
  /** Tables and columns that it needs: a rule about something that is not there yet says nothing. */
  readonly needs: readonly string[];
  readonly sql: string;
}

const OPEN = `('receiving', 'completing')`;
/** A file takes up its full size, whether or not others have the same content. */
const USED = `(SELECT coalesce(sum(b.size), 0) FROM entries e JOIN blobs b ON b.id = e.blob_id WHERE e.space_id = s.id)`;
/** An unfinished upload has all of its length reserved, or while that is unknown what it has received. */
const RESERVED = `(SELECT coalesce(sum(coalesce(u.length, u.received)), 0) FROM uploads u WHERE u.space_id = s.id AND u.state IN ${OPEN})`;

const RULES: readonly Rule[] = [
  {
    needs: ['upload_leases.token'],
    sql: `SELECT 'a lease on ' || upload_id || ' is left' AS fault FROM upload_leases`,
  },
  {
    needs: [],
    sql: `SELECT 'blob ' || sha256 || ' belongs to no file' AS fault FROM blobs b
          WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.blob_id = b.id)`,
  },
  {
    needs: [],
    sql: `SELECT 'the name ' || name || ' is claimed by an upload that does not complete' AS fault FROM entries e
          WHERE kind = 'file' AND blob_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM uploads u WHERE u.id = e.upload_id AND u.state = 'completing')`,
  },
  {
    needs: [],
    sql: `SELECT 'upload ' || upload_id || ' has become ' || count(*) || ' files' AS fault FROM entries
          WHERE upload_id IS NOT NULL GROUP BY upload_id HAVING count(*) > 1`,
  },
  {
    needs: [],
    sql: `SELECT 'upload ' || id || ' is ' || state || ' and still has chunks' AS fault FROM uploads u
          WHERE state NOT IN ${OPEN} AND EXISTS (SELECT 1 FROM chunks c WHERE c.upload_id = u.id)`,
  },
  {
    needs: [],
    sql: `SELECT 'upload ' || id || ' has received ' || received || ', and its chunks differ' AS fault FROM uploads u
          WHERE state IN ${OPEN}
            AND received <> (SELECT coalesce(sum(c.length), 0) FROM chunks c WHERE c.upload_id = u.id)`,
  },
  {
    needs: [],
    sql: `SELECT 'two chunks of ' || a.upload_id || ' overlap at ' || b."offset" AS fault FROM chunks a
          JOIN chunks b ON b.upload_id = a.upload_id AND b."offset" > a."offset" AND b."offset" < a."offset" + a.length`,
  },
  {
    needs: ['uploads.chunk_count'],
    sql: `SELECT 'upload ' || id || ' counts ' || chunk_count || ' chunks, and has others' AS fault FROM uploads u
          WHERE state IN ${OPEN} AND chunk_count <> (SELECT count(*) FROM chunks c WHERE c.upload_id = u.id)`,
  },
  {
    needs: ['upload_owners.open_uploads'],
    sql: `SELECT owner || ' has ' || open_uploads || ' open uploads by count, and others by rows' AS fault FROM upload_owners o
          WHERE open_uploads <> (SELECT count(*) FROM uploads u WHERE u.owner = o.owner AND u.state IN ${OPEN})`,
  },
  {
    needs: ['spaces.used_bytes'],
    sql: `SELECT 'used bytes say ' || used_bytes || ', files have ' || ${USED} AS fault FROM spaces s
          WHERE used_bytes <> ${USED}`,
  },
  {
    needs: ['spaces.reserved_bytes'],
    sql: `SELECT 'reserved bytes say ' || reserved_bytes || ', uploads have ' || ${RESERVED} AS fault FROM spaces s
          WHERE reserved_bytes <> ${RESERVED}`,
  },
];

/**
 * Counts what a product holds, in its database and on its disk, and compares: bytes on the disk are bytes referenced,
 * nothing is left over, nothing is missing, no figure has drifted, and every file has the digest it says.
 * @returns what is wrong, in sentences
 */
export async function imbalances(product: Holding): Promise<string[]> {
  const database = new Client({ connectionString: product.databaseUrl });
  await database.connect();
  try {
    return [
      ...repairs(product),
      ...(await brokenRules(database)),
      ...(await stagingFaults(database, product)),
      ...(await blobFaults(database, product)),
    ];
  } finally {
    await database.end();
  }
}

/** Waits until the product, left alone, has put everything in order; says what is still wrong if it does not. */
export async function balanced(product: Holding, ms = 60_000): Promise<string[]> {
  let wrong: string[] = [];
  await until('all is in order', async () => (wrong = await imbalances(product)).length === 0, ms).catch(
    () => undefined,
  );
  return wrong;
}

/** Figures that the product itself has found wrong, and put right before anyone could see them here. */
export function repairs({ logs }: Pick<Holding, 'logs'>): string[] {
  return logs.rawLines.some((line) => line.includes('figures of the quota were wrong'))
    ? ['figures of the quota were wrong, and the product has put them right']
    : [];
}

/** What is removed later than the row that it belonged to: a blob that is condemned, the chunks of what has ended. */
const PASSING = /belongs to no file$|still has chunks$/u;

/** Rows that contradict each other: one of these is wrong at any moment, also right after a crash. In sentences. */
export async function contradictions(databaseUrl: string): Promise<string[]> {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    return (await brokenRules(database)).filter((fault) => !PASSING.test(fault));
  } finally {
    await database.end();
  }
}

async function brokenRules(database: Client): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'`,
  );
  const there = new Set(rows.map(({ name }) => name));
  const faults: string[] = [];
  for (const { needs, sql } of RULES) {
    if (!needs.every((name) => there.has(name))) continue;
    faults.push(...(await database.query<{ fault: string }>(sql)).rows.map(({ fault }) => fault));
  }
  return faults;
}

/** Staged are uploads that are under way, and hold at least the bytes that their rows say. */
async function stagingFaults(database: Client, { dataDir }: Holding): Promise<string[]> {
  const { rows } = await database.query<{ id: string; least: string }>(
    `SELECT id, (SELECT coalesce(max("offset" + length), 0) FROM chunks WHERE upload_id = u.id) AS least
     FROM uploads u WHERE state IN ${OPEN}`,
  );
  const sizes = sizesByName(`${dataDir}/staging`);
  const ids = new Set(rows.map(({ id }) => id));
  return [
    // The file that a probe of the disk writes for a moment belongs to nobody.
    ...[...sizes.keys()]
      .filter((name) => !ids.has(name) && name !== '.probe')
      .map((name) => `staging/${name} belongs to no open upload`),
    ...rows
      .filter(({ id, least }) => Number(least) > (sizes.get(id) ?? 0))
      .map(({ id, least }) => `staging/${id} has ${sizes.get(id) ?? 'no'} bytes where ${least} are recorded`),
  ];
}

async function blobFaults(database: Client, { dataDir }: Holding): Promise<string[]> {
  const { rows } = await database.query<{ place: string; sha256: string; size: string }>(
    `SELECT space_id || '/' || left(sha256, 2) || '/' || sha256 AS place, sha256, size FROM blobs`,
  );
  const folder = `${dataDir}/blobs`;
  const sizes = sizesByName(folder);
  const wanted = new Map(rows.map((row) => [row.place, row]));
  const faults = [...sizes.keys()].filter((name) => !wanted.has(name)).map((name) => `blobs/${name} belongs to no row`);
  for (const { place, sha256, size } of rows) {
    if (sizes.get(place) !== Number(size))
      faults.push(`blobs/${place} has ${sizes.get(place) ?? 'no'} bytes, not ${size}`);
    else if ((await digestOf(`${folder}/${place}`)) !== sha256) faults.push(`blobs/${place} has other bytes`);
  }
  return faults;
}

function sizesByName(folder: string): Map<string, number> {
  return new Map(filesIn(folder).map(({ path, size }) => [relative(folder, path), size]));
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
