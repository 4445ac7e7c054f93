// Real: argon2id with its real cost.
import { describe, expect, it } from '@jest/globals';
import { PasswordHasher } from './password-hasher.js';

/** The memory of one hash. */
const MIB = 1024 * 1024;

describe('the hash of a password', () => {
  const hasher = new PasswordHasher();

  it('is argon2id, of another salt each time, and counts every byte', async () => {
    const long = 'x'.repeat(1023);
    const kept = await hasher.hash(`${long}y`);
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/u);
    expect(await hasher.hash(`${long}y`)).not.toBe(kept);
    expect(await hasher.matches(kept, `${long}y`)).toBe(true);
    expect(await hasher.matches(kept, `${long}z`)).toBe(false);
    expect(await hasher.matches(kept, long)).toBe(false);
  });

  it('that nobody has is of no password, the decoy’s included', async () => {
    for (const password of ['', 'a walrus in the kitchen', 'nobody has this password']) {
      expect(await hasher.matches(null, password)).toBe(false);
    }
  });

  it('is made for few at once; whoever would wait for too long is told so', async () => {
    const before = process.memoryUsage.rss();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 2);
    const outcomes = await Promise.allSettled(Array.from({ length: 500 }, () => hasher.hash('a walrus')));
    clearInterval(watch);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(500 - 2 - 100);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'overloaded', retryAfter: 5 });
    expect(most).toBeLessThan(2 * 19 * MIB + 50 * MIB);
    expect(await hasher.matches(await hasher.hash('again'), 'again')).toBe(true);
  });

  it('goes on after one that failed', async () => {
    await expect(hasher.matches('no hash at all', 'x')).rejects.toThrow();
    await expect(hasher.matches('no hash at all', 'x')).rejects.toThrow();
    await expect(hasher.matches('no hash at all', 'x')).rejects.toThrow();
    expect(await hasher.matches(null, 'x')).toBe(false);
  });
});
