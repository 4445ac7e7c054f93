import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { usageOf } from '../../test/first-space.js';
import { migratedDatabase } from '../../test/test-database.js';
import { type Configuration, parseConfiguration } from '../platform/config/configuration.js';
import { newId } from '../platform/database/ids.js';
import { quotaExceeded, SpaceQuota } from './space-quota.js';

/* Real: PostgreSQL. */

let database: DataSource;
let quota: SpaceQuota;
let spaceId: string;

const configuration = (bytes: number | null): Configuration => {
  const parsed = parseConfiguration({ DATABASE_URL: 'postgres://unused' });
  return { ...parsed, limits: { ...parsed.limits, quota: bytes } };
};

beforeAll(async () => {
  database = await migratedDatabase();
  quota = new SpaceQuota(database, configuration(null));
  const [space] = await database.query<[{ id: string }]>(`SELECT id FROM spaces`);
  spaceId = space.id;
});

const usage = () => usageOf(database);

beforeEach(() =>
  database.query(`UPDATE spaces SET quota_bytes = NULL, quota_chosen = false, used_bytes = 0, reserved_bytes = 0`),
);

afterAll(() => database.destroy());

describe('the quota', () => {
  it('is that of the settings from the start on, also when they have none any more', async () => {
    await new SpaceQuota(database, configuration(100)).onModuleInit();
    expect(await usage()).toEqual({ quota: 100, used: 0, reserved: 0 });
    await new SpaceQuota(database, configuration(null)).onModuleInit();
    expect(await usage()).toEqual({ quota: null, used: 0, reserved: 0 });
  });

  it('stays as somebody has chosen it, until it is to be that of the settings again', async () => {
    const settings = new SpaceQuota(database, configuration(100));
    for (const chosen of [7, null]) {
      await settings.set(database.manager, spaceId, chosen);
      await settings.onModuleInit();
      expect((await usage()).quota).toBe(chosen);
    }
    await settings.set(database.manager, spaceId, 'default');
    expect((await usage()).quota).toBe(100);
    await new SpaceQuota(database, configuration(200)).onModuleInit();
    expect((await usage()).quota).toBe(200);
  });

  it('leaves the room that nothing is stored or promised in, none when it was made smaller, and any when there is none', async () => {
    expect(await quota.room(database.manager, spaceId)).toBe(Infinity);
    await database.query(`UPDATE spaces SET quota_bytes = 100, used_bytes = 7, reserved_bytes = 9`);
    expect(await quota.room(database.manager, spaceId)).toBe(84);
    await database.query(`UPDATE spaces SET quota_bytes = 10`);
    expect(await quota.room(database.manager, spaceId)).toBe(0);
  });

  it('is told with what is taken of it, and with no more than a number can say', async () => {
    await database.query(`UPDATE spaces SET quota_bytes = 100, used_bytes = 7, reserved_bytes = 9`);
    expect(await usage()).toEqual({ quota: 100, used: 7, reserved: 9 });
    expect(await quota.taken()).toEqual({ used: 7, reserved: 9 });
    await database.query(`UPDATE spaces SET used_bytes = 9223372036854775807, reserved_bytes = 9007199254740993`);
    const most = Number.MAX_SAFE_INTEGER;
    expect(await usage()).toEqual({ quota: 100, used: most, reserved: most });
  });
});

describe('bytes of a file that is removed', () => {
  it('are given back to its space, and to no other', async () => {
    await database.query(`UPDATE spaces SET used_bytes = 70`);
    await quota.free(database.manager, spaceId, 30);
    expect(await usage()).toMatchObject({ used: 40 });
    await quota.free(database.manager, newId(), 30);
    expect(await usage()).toMatchObject({ used: 40 });
  });

  it('lock nothing when there are none', async () => {
    const holder = database.createQueryRunner();
    try {
      await holder.startTransaction();
      await holder.query(`SELECT 1 FROM spaces FOR UPDATE`);
      await quota.free(database.manager, spaceId, 0);
      await holder.rollbackTransaction();
    } finally {
      await holder.release();
    }
    expect(await usage()).toMatchObject({ used: 0 });
  });
});

describe('a refusal for lack of room', () => {
  it('says how much is free, never less than nothing', async () => {
    await database.query(`UPDATE spaces SET quota_bytes = 100, used_bytes = 30, reserved_bytes = 20`);
    expect(await quotaExceeded(database.manager, spaceId)).toMatchObject({
      code: 'quota-exceeded',
      message: expect.stringMatching(/^Of 100 bytes 50 are free; /u),
    });
    await database.query(`UPDATE spaces SET used_bytes = 130`);
    expect((await quotaExceeded(database.manager, spaceId)).message).toMatch(/^Of 100 bytes 0 are free; /u);
  });

  it('says only that there was none when the quota or the space has gone meanwhile', async () => {
    for (const id of [spaceId, newId()]) {
      expect(await quotaExceeded(database.manager, id)).toMatchObject({
        code: 'quota-exceeded',
        message: 'There was no room for it.',
      });
    }
  });
});
