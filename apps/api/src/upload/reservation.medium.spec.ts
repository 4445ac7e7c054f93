import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { migratedDatabase } from '../../test/test-database.js';
import { begun, planOf, recorded } from '../../test/upload-plans.js';
import { parseConfiguration } from '../platform/config/configuration.js';
import { newId } from '../platform/database/ids.js';
import { ChunkLedger } from './chunk-ledger.js';
import { Upload } from './entities/upload.entity.js';
import { tooManyChunks } from './reservation.js';
import { UploadLedger, type UploadPlan } from './upload-ledger.js';

/* Real: PostgreSQL. What each statement alone does to the figures; `quota` has what many of them do beside each other. */

let database: DataSource;
let uploads: UploadLedger;
let chunks: ChunkLedger;
let spaceId: string;

const parsed = parseConfiguration({ DATABASE_URL: 'postgres://unused' });
const limits = { ...parsed.limits, maxOpenUploads: 2, maxChunks: 3, expireAfterSeconds: 3_600 };

beforeAll(async () => {
  database = await migratedDatabase();
  const configuration = { ...parsed, limits };
  uploads = new UploadLedger(database.getRepository(Upload), database, configuration);
  chunks = new ChunkLedger(database, configuration);
  spaceId = await firstSpace(database);
});

beforeEach(async () => {
  await database.query(`DELETE FROM uploads; DELETE FROM upload_owners`);
  await database.query(`UPDATE spaces SET quota_bytes = 100, used_bytes = 0, reserved_bytes = 0`);
});

afterAll(() => database.destroy());

const plan = (facts: Partial<UploadPlan> = {}): UploadPlan => planOf(spaceId, facts);
const unknown = { clientKey: null, length: null, chunkSize: null };
const begin = (facts: Partial<UploadPlan> = {}): Promise<Upload> => begun(uploads, plan(facts));

/** Used and reserved bytes, and open uploads. */
async function figures(): Promise<[used: number, reserved: number, open: number]> {
  const [row] = await database.query<[{ used: string; reserved: string; open: string }]>(
    `SELECT used_bytes AS used, reserved_bytes AS reserved,
       coalesce((SELECT sum(open_uploads) FROM upload_owners), 0) AS open FROM spaces`,
  );
  return [Number(row.used), Number(row.reserved), Number(row.open)];
}

const move = (upload: Pick<Upload, 'id' | 'state' | 'epoch'>, to: 'cancelled' | 'completing') =>
  uploads.move(database.manager, upload, { to });

describe('an upload that begins', () => {
  it('reserves its length, and counts as open', async () => {
    await begin({ length: 60 });
    expect(await figures()).toEqual([0, 60, 1]);
    await begin({ length: 40 });
    expect(await figures()).toEqual([0, 100, 2]);
  });

  it('reserves nothing while its length is unknown, or nothing', async () => {
    await begin(unknown);
    await begin({ length: 0 });
    expect(await figures()).toEqual([0, 0, 2]);
  });

  it('is refused when there is no room, told what there is, and leaves nothing', async () => {
    await begin({ length: 60 });
    const late = plan({ length: 41 });
    await expect(uploads.create(late, null)).rejects.toMatchObject({
      code: 'quota-exceeded',
      message: expect.stringMatching(/^Of 100 bytes 40 are free; /u),
    });
    expect(await uploads.findByKey(late.owner, late.clientKey ?? '')).toBeNull();
    expect(await figures()).toEqual([0, 60, 1]);
  });

  it('is refused when its owner has too many, told how many, and leaves nothing', async () => {
    for (const length of [1, 2]) await begin({ length });
    const late = plan({ length: 3 });
    await expect(uploads.create(late, null)).rejects.toMatchObject({
      code: 'too-many-uploads',
      message: 'At most 2 uploads can be unfinished at once: let some end, or remove them.',
      retryAfter: 60,
    });
    expect(await uploads.findByKey(late.owner, late.clientKey ?? '')).toBeNull();
    expect(await figures()).toEqual([0, 3, 2]);
    await begin({ owner: 'another', length: 4 });
    expect(await figures()).toEqual([0, 7, 3]);
  });

  it('counts once, though its key comes again', async () => {
    const same = plan();
    expect(await uploads.create(same, null)).not.toBeNull();
    expect(await uploads.create(same, null)).toBeNull();
    expect(await figures()).toEqual([0, 60, 1]);
  });

  it('reserves nothing and does not count when it is only a tombstone, which ends as it begins', async () => {
    const tombstone = await uploads.create(plan({ length: 1_000 }), 'too-large');
    expect(tombstone).toMatchObject({ state: 'failed', reason: 'too-large', length: 1_000 });
    expect(await figures()).toEqual([0, 0, 0]);
    const [row] = await database.query<object[]>(`SELECT expires_at, ended_at IS NULL AS open FROM uploads`);
    expect(row).toEqual({ expires_at: null, open: false });
  });

  it('keeps its declarations: what is not said is to be refused, and known by no digest', async () => {
    const [said, unsaid] = [
      await begin({ length: 0, conflict: 'replace', fingerprint: 'ab' }),
      await begin({ length: 0, mediaType: 'image/png' }),
    ];
    const [first, second] = [await uploads.find(said.id), await uploads.find(unsaid.id)];
    expect(first).toMatchObject({ conflict: 'replace', fingerprint: 'ab' });
    expect(second).toMatchObject({ conflict: 'reject', fingerprint: null, mediaType: 'image/png' });
  });
});

describe('an upload that ends', () => {
  it('gives back its length, and counts no more', async () => {
    const [first] = [await begin({ length: 60 }), await begin({ length: 7 })];
    await recorded(chunks, first.id, 0, 10);
    expect(await move(first, 'cancelled')).toBe(1);
    expect(await figures()).toEqual([0, 7, 1]);
  });

  it('gives back what it had received when its length was unknown', async () => {
    const upload = await begin(unknown);
    await recorded(chunks, upload.id, 0, 10);
    await recorded(chunks, upload.id, 10, 15);
    expect(await figures()).toEqual([0, 25, 1]);
    await move(upload, 'cancelled');
    expect(await figures()).toEqual([0, 0, 0]);
  });

  it('gives back nothing when it is only sealed', async () => {
    const upload = await begin();
    await recorded(chunks, upload.id, 0, 60);
    expect(await move(upload, 'completing')).toBe(1);
    expect(await figures()).toEqual([0, 60, 1]);
    expect((await uploads.find(upload.id))?.state).toBe('completing');
  });

  it('uses its length from then on when it is a file', async () => {
    await database.query(`UPDATE spaces SET used_bytes = 25`);
    const upload = await begin();
    await recorded(chunks, upload.id, 0, 60);
    await move(upload, 'completing');
    const found = await uploads.find(upload.id);
    if (found === null) throw new Error('The upload is gone.');
    const done = { to: 'complete', fileId: newId() } as const;
    expect(await uploads.move(database.manager, found, done)).toBe(2);
    expect(await figures()).toEqual([85, 0, 0]);
    expect(await uploads.find(upload.id)).toMatchObject({ state: 'complete', fileId: done.fileId });
  });

  it('gives everything back when it is taken away as if it had never begun', async () => {
    const { id } = await begin();
    expect(await uploads.removeEmpty(id)).toBe(true);
    expect(await figures()).toEqual([0, 0, 0]);
    expect(await uploads.removeEmpty(id)).toBe(false);
    expect(await figures()).toEqual([0, 0, 0]);
  });
});

describe('bytes of an upload of unknown length', () => {
  it('are reserved as they come, and refused without room: nothing is recorded then', async () => {
    const { id } = await begin(unknown);
    await recorded(chunks, id, 0, 90);
    expect(await figures()).toEqual([0, 90, 1]);
    await expect(recorded(chunks, id, 90, 11)).rejects.toMatchObject({
      code: 'quota-exceeded',
      message: expect.stringMatching(/^Of 100 bytes 10 are free; /u),
    });
    expect(await figures()).toEqual([0, 90, 1]);
    expect(await uploads.find(id)).toMatchObject({ received: 90, chunkCount: 1 });
    expect(await recorded(chunks, id, 90, 10, { hadNoLength: true })).toMatchObject({ received: 100 });
    expect(await figures()).toEqual([0, 100, 1]);
  });

  it('count once, though they come twice', async () => {
    const { id } = await begin(unknown);
    const tokens = [newId(), newId()];
    for (const token of tokens) await chunks.claim(id, token, 0, 90);
    for (const token of tokens) {
      const options = { digest: null, release: true, endsUpload: false };
      expect(await chunks.record(id, token, [{ start: 0, length: 90 }], options)).toMatchObject({ received: 90 });
    }
    expect(await figures()).toEqual([0, 90, 1]);
  });

  it('come as they like without a quota', async () => {
    await database.query(`UPDATE spaces SET quota_bytes = NULL`);
    const { id } = await begin(unknown);
    expect(await recorded(chunks, id, 0, 1_000)).toMatchObject({ received: 1_000 });
    expect(await figures()).toEqual([0, 1_000, 1]);
  });
});

describe('chunks of one upload', () => {
  it.each([
    ['known', {}],
    ['unknown', unknown],
  ])('are as many as they may be, and no more, of %s length', async (_, facts) => {
    const { id } = await begin(facts);
    for (const at of [0, 10, 20]) expect(await recorded(chunks, id, at, 5)).not.toBeNull();
    expect(await recorded(chunks, id, 30, 5)).toBeNull();
    expect(await uploads.find(id)).toMatchObject({ received: 15, chunkCount: 3 });
  });

  it('that are too many are refused with how many there can be', () => {
    expect(tooManyChunks(limits)).toMatchObject({
      code: 'too-many-chunks',
      message: 'A file can have 3 chunks at most: send larger ones.',
    });
  });
});
