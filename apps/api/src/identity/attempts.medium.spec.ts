// Real: PostgreSQL. Its clock is moved by moving the rows.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { migratedDatabase } from '../../test/test-database.js';
import { Attempts, type Bucket } from './attempts.js';

let database: DataSource;
let attempts: Attempts;
let buckets = 0;
beforeAll(async () => {
  database = await migratedDatabase();
  attempts = new Attempts(database);
});
afterAll(() => database.destroy());

const newBucket = (burst: number, everySeconds: number): Bucket => ({ name: `b${buckets++}`, burst, everySeconds });
const passes = (...taken: Bucket[]) =>
  attempts.take(taken).then(
    () => 0,
    (error: unknown) => (error as { retryAfter: number }).retryAfter,
  );
const letPass = (seconds: number) =>
  database.query(`UPDATE sign_in_attempts SET full_until = full_until - $1 * interval '1 second'`, [seconds]);

describe('attempts', () => {
  it('are as many as the bucket has, however many come at once, whichever server they ask', async () => {
    const bucket = newBucket(5, 60);
    const other = new Attempts(database);
    const all = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? attempts : other).take([bucket])),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  it('come back one by one, and it is told when', async () => {
    const bucket = newBucket(2, 60);
    expect([await passes(bucket), await passes(bucket)]).toEqual([0, 0]);
    const wait = await passes(bucket);
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    await letPass(wait - 10);
    expect(await passes(bucket)).toBeGreaterThan(0);
    await letPass(11);
    expect(await passes(bucket)).toBe(0);
    expect(await passes(bucket)).toBeGreaterThan(0);
  });

  it('are never more than the bucket has, after however long', async () => {
    const bucket = newBucket(3, 60);
    await passes(bucket);
    await letPass(86_400);
    const all = [];
    for (let attempt = 0; attempt < 5; attempt++) all.push((await passes(bucket)) === 0);
    expect(all).toEqual([true, true, true, false, false]);
  });

  it('that were right cost nothing', async () => {
    const bucket = newBucket(1, 3600);
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await passes(bucket)).toBe(0);
      await attempts.giveBack([bucket]);
    }
  });

  it('of a bucket before one that is full are spent all the same', async () => {
    const [first, full] = [newBucket(2, 3600), newBucket(1, 3600)];
    await passes(full);
    expect(await passes(first, full)).toBeGreaterThan(0);
    expect(await passes(first)).toBe(0);
    expect(await passes(first)).toBeGreaterThan(0);
  });

  it('are forgotten when their bucket is empty again', async () => {
    const bucket = newBucket(2, 60);
    await database.query('DELETE FROM sign_in_attempts');
    await passes(bucket);
    await attempts.removeEmpty();
    expect(await database.query('SELECT 1 FROM sign_in_attempts')).toHaveLength(1);
    await letPass(61);
    await attempts.removeEmpty();
    expect(await database.query('SELECT 1 FROM sign_in_attempts')).toEqual([]);
  });
});
