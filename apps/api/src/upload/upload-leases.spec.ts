import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ProblemError } from '../platform/http/problem-error.js';
import { UploadLeases } from './upload-leases.js';

const UPLOAD = 'AbCdEfGhIjKlMnOpQrStUv';
const OTHER = 'x'.repeat(22);

let leases: UploadLeases;

beforeEach(() => {
  // Its clock is the fake one.
  jest.useFakeTimers({ now: 0 });
  leases = new UploadLeases(() => Date.now());
});

afterEach(() => {
  jest.useRealTimers();
});

/** True once a promise has settled. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const note = () => (done = true);
  promise.then(note, note);
  await jest.advanceTimersByTimeAsync(0);
  return done;
}

describe('a lease', () => {
  it('is given at once for bytes that nobody writes', async () => {
    await leases.acquire(UPLOAD, 0, 10);
    await leases.acquire(UPLOAD, 20, 30);
    // Between its neighbours, which it only touches.
    await leases.acquire(UPLOAD, 10, 20);
    await leases.acquire(OTHER, 0, 10);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    ['the same bytes', 10, 20],
    ['some of them', 15, 25],
    ['all of them and more', 0, 30],
    ['one of them', 19, 20],
    ['no byte among them', 10, 10],
  ])('waits for whoever writes %s', async (_, start, end) => {
    const first = await leases.acquire(UPLOAD, 10, 20);
    const second = leases.acquire(UPLOAD, start, end);
    expect(await settled(second)).toBe(false);
    first.release();
    expect(await settled(second)).toBe(true);
    await second;
  });

  it('has one writer at a time for an empty file too', async () => {
    const first = await leases.acquire(UPLOAD, 0, 0);
    const second = leases.acquire(UPLOAD, 0, 0);
    expect(await settled(second)).toBe(false);
    first.release();
    await second;
  });

  it('goes to one of those who wait at a time', async () => {
    const first = await leases.acquire(UPLOAD, 0, 10);
    const waiting = [1, 2, 3].map(() => leases.acquire(UPLOAD, 0, 10));
    first.release();
    for (let left = 3; left > 0; left--) {
      await jest.advanceTimersByTimeAsync(0);
      const states = await Promise.all(waiting.map(settled));
      expect(states.filter(Boolean)).toHaveLength(4 - left);
      for (const [index, got] of waiting.entries()) if (states[index]) (await got).release();
    }
  });

  it('keeps every byte to one writer, whatever is asked for', async () => {
    const ranges = fc.array(fc.tuple(fc.nat(20), fc.nat(10), fc.integer({ min: 1, max: 500 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(ranges, async (all) => {
        leases = new UploadLeases(() => Date.now());
        const writing = new Set<readonly [number, number]>();
        const work = all.map(async ([start, length, ms]) => {
          const lease = await leases.acquire(UPLOAD, start, start + length);
          const mine = [start, start + length] as const;
          for (const [from, to] of writing) expect(from < mine[1] && mine[0] < to).toBe(false);
          writing.add(mine);
          await new Promise((resolve) => setTimeout(resolve, ms));
          writing.delete(mine);
          lease.release();
        });
        const done = Promise.all(work);
        await jest.advanceTimersByTimeAsync(9_500);
        await done;
      }),
      { numRuns: 40 },
    );
  });

  it('is refused after 10 s, however alive the holder is', async () => {
    const holder = await leases.acquire(UPLOAD, 0, 10);
    const refused = expect(leases.acquire(UPLOAD, 0, 10)).rejects.toMatchObject({ code: 'chunk-busy', retryAfter: 2 });
    // It writes all the time, and never comes to ask its client for more.
    await jest.advanceTimersByTimeAsync(10_000);
    await refused;
    expect(jest.getTimerCount()).toBe(0);
    holder.release();
  });
});

describe('a wait for a lease', () => {
  it('goes by the clock of the process unless it is given another', async () => {
    leases = new UploadLeases();
    await leases.acquire(UPLOAD, 0, 10);
    const refused = expect(leases.acquire(UPLOAD, 0, 10)).rejects.toThrow(
      'Another request is still sending the same bytes.',
    );
    await jest.advanceTimersByTimeAsync(10_000);
    await refused;
  });

  it('looks at the clock when something has happened, and not again and again', async () => {
    let looks = 0;
    leases = new UploadLeases(() => (looks++, Date.now()));
    await leases.acquire(UPLOAD, 0, 10);
    const refused = expect(leases.acquire(UPLOAD, 0, 10)).rejects.toMatchObject({ code: 'chunk-busy' });
    await jest.advanceTimersByTimeAsync(10_000);
    await refused;
    expect(looks).toBeLessThan(10);
  });
});

/** How a wait for the client ends. */
function outcomeOf(wait: Promise<unknown>): Promise<unknown> {
  return wait.then(
    (value) => value,
    (error: unknown) => (error instanceof ProblemError ? error.code : error),
  );
}

const silence = new Promise<string>(() => undefined);

describe('a holder', () => {
  it('is asked to stop when somebody has waited for 1.5 s, and served within 2 s, though its client is dead', async () => {
    const holder = await leases.acquire(UPLOAD, 0, 10);
    const wait = outcomeOf(holder.awaitClient(silence));
    const newcomer = leases.acquire(UPLOAD, 5, 15);
    await jest.advanceTimersByTimeAsync(1_499);
    expect(await settled(wait)).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await wait).toBe('superseded');
    // Asked to end is not ended: its last write may still be under way.
    expect(await settled(newcomer)).toBe(false);
    holder.release();
    (await newcomer).release();
    expect(Date.now()).toBeLessThan(2_000);
  });

  it('is not let wait for its client again once it was asked to stop', async () => {
    const holder = await leases.acquire(UPLOAD, 0, 10);
    const newcomer = leases.acquire(UPLOAD, 0, 10);
    await jest.advanceTimersByTimeAsync(1_500);
    expect(await outcomeOf(holder.awaitClient(Promise.resolve('bytes')))).toBe('superseded');
    holder.release();
    await newcomer;
  });

  it('bothers nobody when its client goes after it was asked to stop', async () => {
    jest.useRealTimers();
    const lease = await leases.acquire(UPLOAD, 0, 10);
    leases.stopEverything(new ProblemError('shutting-down', 'Later.'));
    // A rejection that nobody hears ends the process, and the test.
    const bytes = Promise.reject(new Error('the client is gone'));
    await expect(lease.awaitClient(bytes)).rejects.toMatchObject({ code: 'shutting-down' });
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('is left alone when it ends by itself before', async () => {
    const holder = await leases.acquire(UPLOAD, 0, 10);
    const newcomer = leases.acquire(UPLOAD, 0, 10);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await outcomeOf(holder.awaitClient(Promise.resolve('bytes')))).toBe('bytes');
    holder.release();
    await newcomer;
  });

  it('is left alone while nobody wants its bytes', async () => {
    const holder = await leases.acquire(UPLOAD, 0, 10);
    const wait = outcomeOf(holder.awaitClient(silence));
    await leases.acquire(UPLOAD, 10, 20);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await settled(wait)).toBe(false);
  });

  it('hears of its client’s end', async () => {
    const holder = await leases.acquire(UPLOAD, 0, 10);
    const gone = new Error('gone');
    expect(await outcomeOf(holder.awaitClient(Promise.reject(gone)))).toBe(gone);
  });

  it('has a token of its own, which is told as long as it holds', async () => {
    const [one, two] = [await leases.acquire(UPLOAD, 0, 10), await leases.acquire(OTHER, 0, 10)];
    expect(leases.tokens().sort()).toEqual([one.token, two.token].sort());
    one.release();
    expect(leases.tokens()).toEqual([two.token]);
  });

  it('may give its lease back twice', async () => {
    const first = await leases.acquire(UPLOAD, 0, 10);
    first.release();
    const second = await leases.acquire(UPLOAD, 0, 10);
    first.release();
    expect(await settled(leases.acquire(UPLOAD, 0, 10))).toBe(false);
    second.release();
    await jest.advanceTimersByTimeAsync(0);
  });
});

describe('a whole upload', () => {
  it('is taken when nobody writes to it, and keeps everybody out', async () => {
    const all = leases.tryAcquireAll(UPLOAD);
    expect(all).not.toBeNull();
    expect(leases.tryAcquireAll(UPLOAD)).toBeNull();
    const chunk = leases.acquire(UPLOAD, 10, 20);
    const emptyFile = leases.acquire(UPLOAD, 0, 0);
    expect(await settled(chunk)).toBe(false);
    expect(await settled(emptyFile)).toBe(false);
    all?.release();
    await chunk;
    await emptyFile;
  });

  it('is not taken while anybody writes to it', async () => {
    for (const end of [10, 0]) {
      const one = await leases.acquire(UPLOAD, 0, end);
      expect(leases.tryAcquireAll(UPLOAD)).toBeNull();
      one.release();
    }
    expect(leases.tryAcquireAll(UPLOAD)).not.toBeNull();
  });

  it('is stopped by stopping all, which waits for the last write', async () => {
    const held = [await leases.acquire(UPLOAD, 0, 1), await leases.acquire(UPLOAD, 1, 2)];
    const waits = held.map((lease) => outcomeOf(lease.awaitClient(silence)));
    const bystander = outcomeOf((await leases.acquire(OTHER, 0, 10)).awaitClient(silence));
    const all = leases.stopAll(UPLOAD, new ProblemError('upload-cancelled', 'It was removed.'));
    expect(await Promise.all(waits)).toEqual(['upload-cancelled', 'upload-cancelled']);
    expect(await settled(bystander)).toBe(false);
    held[0]?.release();
    expect(await settled(all)).toBe(false);
    held[1]?.release();
    await all;
  });

  it('has nothing to wait for while nobody writes', async () => {
    await leases.stopAll(UPLOAD, new ProblemError('upload-cancelled', 'It was removed.'));
    expect(leases.tokens()).toEqual([]);
  });

  it('is not what is stopped with appends', async () => {
    const all = leases.tryAcquireAll(UPLOAD);
    leases.stopAppends(new ProblemError('shutting-down', 'Go on later.'));
    expect(await all?.awaitClient(Promise.resolve('bytes'))).toBe('bytes');
  });
});

it('stops at first only those who keep what came', async () => {
  const [append, chunk] = [await leases.acquire(UPLOAD, 0, Infinity, true), await leases.acquire(OTHER, 0, 1)];
  const [appended, written] = [append, chunk].map((lease) => outcomeOf(lease.awaitClient(silence)));
  leases.stopAppends(new ProblemError('shutting-down', 'Go on later.'));
  expect(await appended).toBe('shutting-down');
  expect(await settled(written ?? Promise.resolve())).toBe(false);
});

it('stops everything when the server does', async () => {
  const waits = [];
  for (const id of [UPLOAD, OTHER]) waits.push(outcomeOf((await leases.acquire(id, 0, 1)).awaitClient(silence)));
  leases.stopEverything(new ProblemError('shutting-down', 'Go on later.'));
  expect(await Promise.all(waits)).toEqual(['shutting-down', 'shutting-down']);
});
