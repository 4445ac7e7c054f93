import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uploadListSchema, UPLOAD_STATES, type UploadState } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { migratedDatabase } from '../../test/test-database.js';
import { begun, ledgerOf, planOf } from '../../test/upload-plans.js';
import { parseCursor } from '../platform/http/cursor.js';
import { Upload } from './entities/upload.entity.js';
import { UploadLeases } from './upload-leases.js';
import { UploadListing, type UploadFilter } from './upload-listing.js';

const ALL: UploadFilter = { states: [], spaces: null, clientKey: null };

let database: DataSource;
let listing: UploadListing;
let spaceId: string;
const leases = new UploadLeases();

beforeAll(async () => {
  database = await migratedDatabase();
  listing = new UploadListing(database.getRepository(Upload), leases);
  spaceId = await firstSpace(database);
});

beforeEach(() => database.query('DELETE FROM uploads'));

afterAll(() => database.destroy());

const begin = (plan: Parameters<typeof planOf>[1] = {}) => begun(ledgerOf(database), planOf(spaceId, plan));

async function inState(state: UploadState): Promise<string> {
  const { id } = await begin({ name: state });
  await database.query(
    `UPDATE uploads SET state = $2, expires_at = CASE WHEN $2 = 'receiving' THEN expires_at END,
       ended_at = CASE WHEN $2 NOT IN ('receiving', 'completing') THEN now() END WHERE id = $1`,
    [id, state],
  );
  return id;
}

async function pages(limit: number, filter = ALL): Promise<string[][]> {
  const all: string[][] = [];
  for (let cursor: string | null = '', page; cursor !== null; cursor = page.next) {
    page = await listing.page(['built-in'], filter, limit, cursor === '' ? null : parseCursor(cursor));
    all.push(page.uploads.map(({ name }) => name));
  }
  return all;
}

describe('a list of uploads', () => {
  it('tells of each what the contract has', async () => {
    const upload = await begin({ path: 'a/b', length: 1024 ** 4 });
    await database.query(`UPDATE uploads SET reason = 'name-taken' WHERE id = $1`, [upload.id]);
    const list = await listing.page(['built-in'], ALL, 10, null);
    expect(uploadListSchema.parse(list)).toEqual(list);
    expect(list.uploads).toEqual([
      {
        id: upload.id,
        state: 'receiving',
        length: 1024 ** 4,
        received: 0,
        reason: 'name-taken',
        name: upload.name,
        space: spaceId,
        folder: spaceId,
        path: 'a/b',
        chunkSize: upload.chunkSize,
        conflict: 'reject',
        createdAt: upload.createdAt.toISOString(),
        updatedAt: upload.updatedAt.toISOString(),
        expiresAt: upload.expiresAt?.toISOString(),
        active: false,
      },
    ]);
  });

  it('tells which of them somebody is sending', async () => {
    const [still, sent] = [await begin({ name: 'still' }), await begin({ name: 'sent' })];
    const lease = await leases.acquire(sent.id, 0, 10);
    const active = async () =>
      (await listing.page(['built-in'], ALL, 10, null)).uploads.filter((upload) => upload.active).map(({ id }) => id);
    expect(await active()).toEqual([sent.id]);
    lease.release();
    expect(await active()).toEqual([]);
    expect(still.id).not.toBe(sent.id);
  });

  it('runs from new to old', async () => {
    for (const name of ['first', 'second', 'third']) await begin({ name });
    expect(await pages(10)).toEqual([['third', 'second', 'first']]);
  });

  it.each([1, 3, 7, 20, 21])(
    'misses and repeats nothing in pages of %i, even of uploads of one moment',
    async (limit) => {
      for (let index = 0; index < 20; index++) await begin({ name: `u${index}` });
      await database.query(
        `UPDATE uploads u SET created_at = '2026-11-22 21:34:05.123456+00'::timestamptz + (n.row % 3) * interval '1 microsecond'
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS row FROM uploads) n WHERE n.id = u.id`,
      );
      const found = await pages(limit);
      expect(found.flat().sort()).toEqual(Array.from({ length: 20 }, (_, index) => `u${index}`).sort());
      for (const page of found.slice(0, -1)) expect(page).toHaveLength(limit);
    },
  );

  it('can be narrowed to some states', async () => {
    for (const state of UPLOAD_STATES) await inState(state);
    expect(await pages(10, { ...ALL, states: ['complete'] })).toEqual([['complete']]);
    const alive = await pages(1, { ...ALL, states: ['receiving', 'completing'] });
    expect(alive.flat()).toEqual(['completing', 'receiving']);
    expect(await pages(10, { ...ALL, states: ['complete', 'complete'] })).toEqual([['complete']]);
    expect((await pages(10)).flat()).toHaveLength(UPLOAD_STATES.length);
  });

  it('can be narrowed to a key', async () => {
    const { clientKey, name } = await begin();
    await begin();
    expect(await pages(10, { ...ALL, clientKey })).toEqual([[name]]);
    expect(await pages(10, { ...ALL, states: ['complete'], clientKey })).toEqual([[]]);
    expect(await pages(10, { ...ALL, clientKey: "' OR 1=1 --" })).toEqual([[]]);
  });

  it('can be narrowed to spaces, with a key and without', async () => {
    const { clientKey, name } = await begin();
    for (const key of [clientKey, null]) {
      expect(await pages(10, { ...ALL, clientKey: key, spaces: ['another', spaceId] })).toEqual([[name]]);
      expect(await pages(10, { ...ALL, clientKey: key, spaces: ['another'] })).toEqual([[]]);
    }
  });

  it('shows nobody else’s uploads', async () => {
    await begin({ owner: 'somebody else' });
    expect(await pages(10)).toEqual([[]]);
  });
});
