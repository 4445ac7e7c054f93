import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uploadListSchema, UPLOAD_STATES, type UploadState } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { migratedDatabase } from '../../test/test-database.js';
import { begun, ledgerOf, planOf } from '../../test/upload-plans.js';
import { parseCursor } from '../platform/http/cursor.js';
import { Upload } from './entities/upload.entity.js';
import { UploadLeases } from './upload-leases.js';
import { ALL_UPLOADS, type UploadFilter } from './upload-filter.js';
import { UploadListing } from './upload-listing.js';

const ALL: UploadFilter = { ...ALL_UPLOADS, owners: ['built-in'] };

let database: DataSource;
let listing: UploadListing;
let spaceId: string;
const leases = new UploadLeases();

beforeAll(async () => {
  database = await migratedDatabase();
  listing = new UploadListing(database.getRepository(Upload), leases, database);
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
    page = await listing.page(filter, limit, cursor === '' ? null : parseCursor(cursor));
    all.push(page.uploads.map(({ name }) => name));
  }
  return all;
}

describe('a list of uploads', () => {
  it('tells of each what the contract has', async () => {
    const upload = await begin({ path: 'a/b', length: 1024 ** 4 });
    await database.query(`UPDATE uploads SET reason = 'name-taken' WHERE id = $1`, [upload.id]);
    const list = await listing.page(ALL, 10, null);
    expect(uploadListSchema.parse(list)).toEqual(list);
    expect(list.uploads).toEqual([
      {
        id: upload.id,
        state: 'receiving',
        length: 1024 ** 4,
        received: 0,
        reason: 'name-taken',
        name: upload.name,
        owner: null,
        missing: 1024 ** 4,
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
      (await listing.page(ALL, 10, null)).uploads.filter((upload) => upload.active).map(({ id }) => id);
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

  it('can be narrowed to what got no byte for a while', async () => {
    const { id, name } = await begin();
    await begin();
    await database.query(`UPDATE uploads SET updated_at = now() - interval '2 hours' WHERE id = $1`, [id]);
    expect(await pages(10, { ...ALL, idleSeconds: 3600 })).toEqual([[name]]);
    expect((await pages(10, { ...ALL, idleSeconds: 0 })).flat()).toHaveLength(2);
  });

  it('can be narrowed to a part of the name, in any case, in which nothing has a meaning', async () => {
    for (const name of ['Film 100%.mov', 'film_1.mov', 'other']) await begin({ name });
    const found = async (name: string) => (await pages(10, { ...ALL, name })).flat().sort();
    expect(await found('FILM')).toEqual(['Film 100%.mov', 'film_1.mov']);
    expect(await found('%')).toEqual(['Film 100%.mov']);
    expect(await found('_')).toEqual(['film_1.mov']);
    expect(await found("'; DROP TABLE uploads; --")).toEqual([]);
  });

  it('tells how many there are on all pages, and what the unfinished ones hold', async () => {
    for (const state of UPLOAD_STATES) await inState(state);
    await database.query(`UPDATE uploads SET received = 20`);
    const totals = async (filter = ALL) => {
      const { total, bytes } = await listing.page(filter, 1, null);
      return [total, bytes];
    };
    expect(await totals()).toEqual([6, 40]);
    expect(await totals({ ...ALL, states: ['receiving'] })).toEqual([1, 20]);
    expect(await totals({ ...ALL, states: ['failed', 'expired'] })).toEqual([2, 0]);
    expect(await totals({ ...ALL, owners: null, spaces: [spaceId] })).toEqual([6, 40]);
    expect(await totals({ ...ALL, owners: null })).toEqual([6, 40]);
    expect(await totals({ ...ALL, owners: [] })).toEqual([0, 0]);
  });

  it('is of one space, or of all, whoever began them', async () => {
    for (const owner of ['adam', 'berta']) await begin({ owner, name: owner });
    for (const spaces of [[spaceId], null]) {
      expect(await pages(1, { ...ALL, owners: null, spaces })).toEqual([['berta'], ['adam']]);
    }
    expect(await pages(10, { ...ALL, owners: null, spaces: ['another'] })).toEqual([[]]);
  });

  it('names the account that began an upload', async () => {
    await database.query(
      `INSERT INTO accounts (id, name, name_key, role) VALUES ('adam', 'Adam', 'adam', 'member') ON CONFLICT DO NOTHING`,
    );
    await begin({ owner: 'adam' });
    const [upload] = (await listing.page({ ...ALL, owners: null }, 10, null)).uploads;
    expect(upload?.owner).toEqual({ id: 'adam', name: 'Adam' });
  });

  it('shows nobody else’s uploads', async () => {
    await begin({ owner: 'somebody else' });
    expect(await pages(10)).toEqual([[]]);
  });
});
