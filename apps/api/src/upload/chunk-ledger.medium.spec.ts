import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UPLOAD_STATES } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { until } from '../../test/sending.js';
import { connect, migratedDatabase } from '../../test/test-database.js';
import { begun, chunkLedgerOf, ledgerOf, planOf, recorded } from '../../test/upload-plans.js';
import { newId } from '../platform/database/ids.js';
import type { ChunkLedger } from './chunk-ledger.js';
import type { Upload } from './entities/upload.entity.js';
import type { UploadLedger, UploadPlan } from './upload-ledger.js';

/* Real: PostgreSQL, reached by two pools as two processes would. */

let database: DataSource;
let second: DataSource;
let uploads: UploadLedger;
let ledger: ChunkLedger;
let spaceId: string;

beforeAll(async () => {
  database = await migratedDatabase(20);
  second = await connect((database.options as { url: string }).url, 20);
  uploads = ledgerOf(database);
  ledger = chunkLedgerOf(database);
  spaceId = await firstSpace(database);
});

afterAll(async () => {
  await database.destroy();
  await second.destroy();
});

const begin = (plan: Partial<UploadPlan> = {}): Promise<Upload> => begun(uploads, planOf(spaceId, plan));
const RELEASING = { digest: null, release: true, endsUpload: false };

/** Tokens of the leases on an upload. */
async function leasesOn(uploadId: string): Promise<string[]> {
  const rows = await database.query<{ token: string }[]>(`SELECT token FROM upload_leases WHERE upload_id = $1`, [
    uploadId,
  ]);
  return rows.map(({ token }) => token);
}

async function claimed(uploadId: string, start: number, end: number | null): Promise<string> {
  const token = newId();
  await ledger.claim(uploadId, token, start, end);
  return token;
}

describe('a claim', () => {
  it('tells where the upload stands, and gives a lease', async () => {
    const { id } = await begin();
    const token = newId();
    expect(await ledger.claim(id, token, 0, 10)).toEqual({
      state: 'receiving',
      received: 0,
      length: 60,
      reason: null,
      leased: true,
      chunk: null,
      held: [],
    });
    expect(await leasesOn(id)).toEqual([token]);
  });

  it('is nothing for an upload that is gone', async () => {
    const id = newId();
    expect(await ledger.claim(id, newId(), 0, 10)).toBeNull();
    expect(await leasesOn(id)).toEqual([]);
  });

  it('gives no lease on an upload that does not receive', async () => {
    const upload = await begin();
    await uploads.move(database.manager, upload, { to: 'cancelled' });
    expect(await ledger.claim(upload.id, newId(), 0, 10)).toMatchObject({ state: 'cancelled' });
    expect(await leasesOn(upload.id)).toEqual([]);
  });

  it('gives no lease on a chunk that is held as a whole, but on one that is longer', async () => {
    const { id } = await begin();
    await recorded(ledger, id, 10, 10, { digest: 'sha-256=:abc:' });
    const chunk = { length: 10, digest: 'sha-256=:abc:' };
    for (const end of [15, 20])
      expect(await ledger.claim(id, newId(), 10, end)).toMatchObject({ chunk, leased: false });
    expect(await leasesOn(id)).toEqual([]);
    expect(await ledger.claim(id, newId(), 10, 21)).toMatchObject({
      ...{ chunk, leased: true },
      held: [{ start: 10, end: 20 }],
    });
    await ledger.claim(id, newId(), 10, null);
    expect(await leasesOn(id)).toHaveLength(2);
  });

  it('tells what is held of the range, merged, beyond 32 bits', async () => {
    const TIB = 1024 ** 4;
    const { id } = await begin({ length: 2 * TIB });
    for (const start of [0, 10, 30, 50, TIB]) await recorded(ledger, id, start, 10);
    const held = async (start: number, end: number | null) => (await ledger.claim(id, newId(), start, end))?.held;
    expect(await held(0, 60)).toEqual([
      { start: 0, end: 20 },
      { start: 30, end: 40 },
      { start: 50, end: 60 },
    ]);
    // The chunk that reaches into the range, and none after it.
    expect(await held(35, 50)).toEqual([{ start: 30, end: 40 }]);
    expect(await held(40, 50)).toEqual([{ start: 30, end: 40 }]);
    expect(await held(60, null)).toEqual([
      { start: 50, end: 60 },
      { start: TIB, end: TIB + 10 },
    ]);
  });
});

describe('recording', () => {
  it('counts every one of 50 concurrent chunks once, whoever repeats them', async () => {
    const { id } = await begin({ length: 5_000, chunkSize: 100 });
    const other = chunkLedgerOf(second);
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => recorded(index % 2 ? ledger : other, id, (index >> 1) * 100, 100)),
    );
    expect(await uploads.find(id)).toMatchObject({ received: 5_000, length: 5_000 });
    expect(await ledger.ranges(id)).toHaveLength(50);
  });

  it('records several runs at once, and their digest', async () => {
    const { id } = await begin();
    const token = await claimed(id, 0, 60);
    const runs = [
      { start: 0, length: 10 },
      { start: 40, length: 20 },
    ];
    expect(await ledger.record(id, token, runs, { ...RELEASING, digest: 'd' })).toEqual({
      received: 30,
      length: 60,
      reason: null,
    });
    expect(await ledger.ranges(id)).toEqual([
      { start: 0, end: 10 },
      { start: 40, end: 60 },
    ]);
    expect(await ledger.claim(id, newId(), 40, 60)).toMatchObject({ chunk: { length: 20, digest: 'd' } });
  });

  it('keeps the lease of a writer that goes on, and gives back that of one that is done', async () => {
    const { id } = await begin();
    const token = await claimed(id, 0, null);
    await ledger.record(id, token, [{ start: 0, length: 10 }], { ...RELEASING, release: false });
    expect(await leasesOn(id)).toEqual([token]);
    await ledger.record(id, token, [{ start: 10, length: 10 }], RELEASING);
    expect(await leasesOn(id)).toEqual([]);
    expect((await uploads.find(id))?.received).toBe(20);
  });

  it('is refused to a writer without a lease, or with one on another upload', async () => {
    const [mine, other] = [await begin(), await begin()];
    const lost = await claimed(mine.id, 0, 10);
    await ledger.release(lost);
    for (const token of [lost, await claimed(other.id, 0, 10), newId()]) {
      expect(await ledger.record(mine.id, token, [{ start: 0, length: 10 }], RELEASING)).toBeNull();
    }
    expect(await ledger.ranges(mine.id)).toEqual([]);
    expect((await uploads.find(mine.id))?.received).toBe(0);
  });

  it('is refused to a writer whose lease is given back while it waits for the upload', async () => {
    const { id } = await begin();
    await recorded(ledger, id, 0, 10, { extends: true });
    const token = await claimed(id, 10, 20);
    const other = database.createQueryRunner();
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM uploads WHERE id = $1 FOR UPDATE', [id]);
    const late = ledger.record(id, token, [{ start: 10, length: 10 }], { ...RELEASING, extends: true });
    await until(async () => {
      const waiting = await database.query<unknown[]>(
        `SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.query LIKE 'WITH target%'`,
      );
      return waiting.length > 0;
    });
    await ledger.release(token);
    await other.query('COMMIT');
    await other.release();
    expect(await late).toBeNull();
    expect(await ledger.ranges(id)).toEqual([{ start: 0, end: 10 }]);
    expect((await uploads.find(id))?.received).toBe(10);
  });

  it('has happened, or never will, when the lease has been given back', async () => {
    const { id } = await begin();
    const token = await claimed(id, 0, 10);
    const all = [ledger.record(id, token, [{ start: 0, length: 10 }], RELEASING), ledger.release(token)] as const;
    await all[1];
    const held = (await ledger.ranges(id)).length > 0;
    expect((await all[0]) !== null).toBe(held);
  });

  it('is refused for an upload that does not receive any more', async () => {
    for (const state of UPLOAD_STATES.filter((state) => !['receiving', 'completing', 'complete'].includes(state))) {
      const upload = await begin();
      const token = await claimed(upload.id, 0, 10);
      // Nothing expires before its time, nor while somebody writes.
      await database.query(`UPDATE uploads SET expires_at = now() - interval '1 s' WHERE id = $1`, [upload.id]);
      await database.query(`UPDATE upload_leases SET until = now() - interval '1 s' WHERE token = $1`, [token]);
      expect(await uploads.move(database.manager, upload, { to: state })).not.toBeNull();
      expect(await ledger.record(upload.id, token, [{ start: 0, length: 10 }], RELEASING)).toBeNull();
      expect(await ledger.ranges(upload.id)).toEqual([]);
    }
    expect(await recorded(ledger, newId(), 0, 10)).toBeNull();
  });

  it('leaves no chunk behind when it races a cancel, whichever wins', async () => {
    for (let round = 0; round < 20; round++) {
      const upload = await begin();
      const [progress] = await Promise.all([
        recorded(ledger, upload.id, 0, 10),
        uploads.move(second.manager, upload, { to: 'cancelled' }),
      ]);
      expect(await ledger.ranges(upload.id)).toHaveLength(progress === null ? 0 : 1);
      expect(await uploads.find(upload.id)).toMatchObject({
        state: 'cancelled',
        received: progress === null ? 0 : 10,
      });
    }
  });

  it('gives an upload of unknown length the length that came, when that is all', async () => {
    const { id } = await begin({ clientKey: null, length: null, chunkSize: null });
    expect(await recorded(ledger, id, 0, 100)).toEqual({ received: 100, length: null, reason: null });
    expect(await recorded(ledger, id, 100, 23, { endsUpload: true })).toEqual({
      received: 123,
      length: 123,
      reason: null,
    });
    expect((await uploads.find(id))?.length).toBe(123);
  });

  it('tells of any other fault than lack of room as it is, and records nothing', async () => {
    const { id } = await begin({ clientKey: null, length: null, chunkSize: null });
    await expect(recorded(ledger, id, 0, -1)).rejects.toThrow('violates check constraint');
    expect(await uploads.find(id)).toMatchObject({ received: 0, chunkCount: 0 });
  });

  it('makes the chunk longer that an append goes on from, unless that one has a digest', async () => {
    const { id } = await begin();
    const chunksOf = async () => [
      await database.query<object[]>(`SELECT "offset"::int, length::int FROM chunks WHERE upload_id = $1 ORDER BY 1`, [
        id,
      ]),
      (await uploads.find(id))?.chunkCount,
      (await uploads.find(id))?.received,
    ];
    for (const start of [0, 5, 10]) await recorded(ledger, id, start, 5, { extends: true });
    expect(await chunksOf()).toEqual([[{ offset: 0, length: 15 }], 1, 15]);
    await recorded(ledger, id, 15, 5, { digest: 'd' });
    await recorded(ledger, id, 20, 5, { extends: true });
    await recorded(ledger, id, 30, 5, { extends: true });
    expect(await chunksOf()).toEqual([
      [
        [0, 15],
        [15, 5],
        [20, 5],
        [30, 5],
      ].map(([offset, length]) => ({ offset, length })),
      4,
      30,
    ]);
  });

  it('holds the one chunk of an empty file', async () => {
    const { id } = await begin({ length: 0 });
    expect(await recorded(ledger, id, 0, 0)).toEqual({ received: 0, length: 0, reason: null });
    expect(await ledger.claim(id, newId(), 0, 0)).toMatchObject({ chunk: { length: 0 }, received: 0 });
  });

  it('refuses to hold more than was declared', async () => {
    const { id } = await begin({ length: 10 });
    await expect(recorded(ledger, id, 0, 11)).rejects.toThrow();
    expect(await ledger.ranges(id)).toEqual([]);
  });

  it('puts off the day on which the upload expires', async () => {
    const { id, expiresAt } = await begin();
    await recorded(ledger, id, 0, 10);
    const later = (await uploads.find(id))?.expiresAt;
    expect(later?.getTime()).toBeGreaterThan(expiresAt?.getTime() ?? Infinity);
    // Never nearer than it was.
    await database.query(`UPDATE uploads SET expires_at = now() + interval '1 year' WHERE id = $1`, [id]);
    const far = (await uploads.find(id))?.expiresAt;
    await recorded(ledger, id, 10, 10);
    expect((await uploads.find(id))?.expiresAt).toEqual(far);
  });
});

describe('leases', () => {
  it('live on when they are renewed', async () => {
    const { id } = await begin();
    const [kept, left] = [await claimed(id, 0, 10), await claimed(id, 10, 20)];
    await database.query(`UPDATE upload_leases SET until = now() - interval '1 s'`);
    await ledger.renew([kept]);
    const rows = await database.query<{ token: string }[]>(
      `SELECT token FROM upload_leases WHERE upload_id = $1 AND until > now() + interval '50 s'`,
      [id],
    );
    expect(rows).toEqual([{ token: kept }]);
    expect(left).not.toBe(kept);
  });

  it('are not in the log of the database, so that a claim waits for no sync', async () => {
    const rows: unknown[] = await database.query(
      `SELECT relpersistence, relhastriggers FROM pg_class WHERE relname = 'upload_leases'`,
    );
    expect(rows).toEqual([{ relpersistence: 'u', relhastriggers: false }]);
  });

  it('all end at a start', async () => {
    const { id } = await begin();
    await claimed(id, 0, 10);
    await ledger.releaseAll();
    expect(await leasesOn(id)).toEqual([]);
  });
});

describe('recorded ranges', () => {
  it('are told from an offset on, as they came, so many at a time', async () => {
    const { id } = await begin();
    for (const start of [0, 10, 20, 40]) await recorded(ledger, id, start, 10);
    const [first, second, third, last] = [0, 10, 20, 40].map((start) => ({ start, end: start + 10 }));
    expect(await ledger.rangesFrom(id, 0, 10)).toEqual([first, second, third, last]);
    expect(await ledger.rangesFrom(id, 15, 2)).toEqual([second, third]);
    expect(await ledger.rangesFrom(id, 30, 10)).toEqual([last]);
    expect(await ledger.rangesFrom(id, 50, 10)).toEqual([]);
  });

  it('of an upload are forgotten once it has ended, and not before', async () => {
    const [ending, other] = [await begin(), await begin()];
    for (const { id } of [ending, other]) await recorded(ledger, id, 0, 10);
    const remains = () => database.query<object[]>(`SELECT remains FROM uploads WHERE id = $1`, [ending.id]);
    await ledger.forget(ending.id);
    expect([await ledger.ranges(ending.id), await remains()]).toEqual([[{ start: 0, end: 10 }], [{ remains: true }]]);
    await uploads.move(database.manager, ending, { to: 'cancelled' });
    await ledger.forget(ending.id);
    expect([await ledger.ranges(ending.id), await remains()]).toEqual([[], [{ remains: false }]]);
    expect(await ledger.ranges(other.id)).toHaveLength(1);
  });
});
