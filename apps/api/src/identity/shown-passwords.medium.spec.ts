// Real: PostgreSQL and argon2id; only the hasher is watched.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { migratedDatabase } from '../../test/test-database.js';
import { Attempts } from './attempts.js';
import { PasswordHasher } from './password-hasher.js';
import { ShownPasswords, type Lock } from './shown-passwords.js';

/** Counts how often a password was really looked at. */
class WatchedHasher extends PasswordHasher {
  looks = 0;

  override matches(kept: string | null, password: string): Promise<boolean> {
    this.looks++;
    return super.matches(kept, password);
  }
}

const RIGHT = 'purple monkey dishwasher';
let database: DataSource;
let hasher: WatchedHasher;
let passwords: ShownPasswords;
let lock: Lock;
let count = 0;

beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database.destroy());
beforeEach(async () => {
  await database.query('DELETE FROM sign_in_attempts');
  hasher = new WatchedHasher();
  passwords = new ShownPasswords(new Attempts(database), hasher);
  lock = { kind: 'link', id: `link ${++count}`, passwordHash: await hasher.hash(RIGHT) };
});

const show = (password: string, address = '192.0.2.1', of = lock) =>
  passwords.isRight(of, password, address).catch((error: unknown) => (error as { code: string }).code);

describe('a password that is shown', () => {
  it('is right or wrong, and looked at once as long as it is right', async () => {
    expect([await show(RIGHT), await show('wrong'), await show('')]).toEqual([true, false, false]);
    expect(hasher.looks).toBe(3);
    expect([await show(RIGHT), await show(RIGHT, '198.51.100.7')]).toEqual([true, true]);
    expect(hasher.looks).toBe(3);
    // A wrong one is looked at, and counted, every time.
    expect(await show('wrong')).toBe(false);
    expect(hasher.looks).toBe(4);
  });

  it('at the same time by many requests costs one look', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => show(RIGHT)));
    expect(all).toEqual(Array(100).fill(true));
    expect(hasher.looks).toBe(1);
  });

  it('is worth nothing once it is another one, even for the same words', async () => {
    await show(RIGHT);
    const changed = { ...lock, passwordHash: await hasher.hash('another walrus') };
    expect(await show(RIGHT, '192.0.2.1', changed)).toBe(false);
    const again = { ...lock, passwordHash: await hasher.hash(RIGHT) };
    const looks = hasher.looks;
    expect(await show(RIGHT, '192.0.2.1', again)).toBe(true);
    expect(hasher.looks).toBe(looks + 1);
  });

  it('can be wrong forty times, from one address or from many, for one lock or for many', async () => {
    for (let round = 0; round < 40; round++) expect(await show(`guess ${round}`, `192.0.2.${round}`)).toBe(false);
    expect(await show('one more', '198.51.100.1')).toBe('too-many-attempts');
    const other = { ...lock, id: 'another' };
    expect(await show('wrong', '198.51.100.1', other)).toBe(false);
    for (let round = 0; round < 38; round++)
      await show(`guess ${round}`, '198.51.100.1', { ...lock, id: `of ${round}` });
    expect(await show('one more', '198.51.100.1', other)).toBe('too-many-attempts');
    // Those of uploads are counted apart.
    expect(await show('wrong', '198.51.100.1', { ...other, kind: 'upload' })).toBe(false);
  });
});
