import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { UploadLeases } from './upload-leases.js';

const UPLOAD = 'AbCdEfGhIjKlMnOpQrStUv';
const OTHER = 'x'.repeat(22);
const never = () => undefined;

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
    await leases.acquire(UPLOAD, 0, 10, never);
    await leases.acquire(UPLOAD, 10, 20, never);
    await leases.acquire(OTHER, 0, 10, never);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    ['the same bytes', 10, 20],
    ['some of them', 15, 25],
    ['all of them and more', 0, 30],
    ['one of them', 19, 20],
    ['no byte among them', 10, 10],
  ])('waits for whoever writes %s', async (_, start, end) => {
    const first = await leases.acquire(UPLOAD, 10, 20, never);
    const second = leases.acquire(UPLOAD, start, end, never);
    expect(await settled(second)).toBe(false);
    first.release();
    expect(await settled(second)).toBe(true);
    await second;
  });

  it('has one writer at a time for an empty file too', async () => {
    const first = await leases.acquire(UPLOAD, 0, 0, never);
    const second = leases.acquire(UPLOAD, 0, 0, never);
    expect(await settled(second)).toBe(false);
    first.release();
    await second;
  });

  it('goes to one of those who wait at a time', async () => {
    const first = await leases.acquire(UPLOAD, 0, 10, never);
    const waiting = [1, 2, 3].map(() => leases.acquire(UPLOAD, 0, 10, never));
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
          const lease = await leases.acquire(UPLOAD, start, start + length, never);
          const mine = [start, start + length] as const;
          for (const [from, to] of writing) expect(from < mine[1] && mine[0] < to).toBe(false);
          writing.add(mine);
          await new Promise((resolve) => setTimeout(resolve, ms));
          writing.delete(mine);
          lease.release();
        });
        const done = Promise.all(work);
        await jest.advanceTimersByTimeAsync(9_000);
        await done;
      }),
      { numRuns: 40 },
    );
  });

  it('is refused after 10 s, however alive the holder is', async () => {
    const holder = await leases.acquire(UPLOAD, 0, 10, never);
    const refused = expect(leases.acquire(UPLOAD, 0, 10, never)).rejects.toMatchObject({
      code: 'chunk-busy',
      retryAfter: 2,
    });
    for (let ms = 0; ms < 10_000; ms += 500) {
      holder.touch();
      await jest.advanceTimersByTimeAsync(500);
    }
    await refused;
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a holder', () => {
  it('is stopped when it has been silent for 2 s and somebody waits', async () => {
    const stop = jest.fn();
    const holder = await leases.acquire(UPLOAD, 0, 10, stop);
    holder.awaitClient();
    await jest.advanceTimersByTimeAsync(1_999);
    const newcomer = leases.acquire(UPLOAD, 5, 15, never);
    await jest.advanceTimersByTimeAsync(1_999);
    expect(stop).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(stop).toHaveBeenCalled();
    // Asked to end is not ended: its last write may still be under way.
    expect(await settled(newcomer)).toBe(false);
    holder.release();
    await newcomer;
  });

  it('that has been silent for long is stopped as soon as somebody comes', async () => {
    const stop = jest.fn();
    (await leases.acquire(UPLOAD, 0, 10, stop)).awaitClient();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(stop).not.toHaveBeenCalled();
    const refused = expect(leases.acquire(UPLOAD, 0, 10, never)).rejects.toMatchObject({ code: 'chunk-busy' });
    await jest.advanceTimersByTimeAsync(0);
    expect(stop).toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(10_000);
    await refused;
  });

  it('is left alone while its bytes come', async () => {
    const stop = jest.fn();
    const holder = await leases.acquire(UPLOAD, 0, 10, stop);
    const newcomer = leases.acquire(UPLOAD, 0, 10, never);
    for (let ms = 0; ms < 8_000; ms += 1_000) {
      holder.awaitClient();
      await jest.advanceTimersByTimeAsync(1_000);
      holder.touch();
    }
    expect(stop).not.toHaveBeenCalled();
    holder.release();
    await newcomer;
  });

  it('is left alone while it writes, however slow the disk', async () => {
    const stop = jest.fn();
    const holder = await leases.acquire(UPLOAD, 0, 10, stop);
    holder.awaitClient();
    await jest.advanceTimersByTimeAsync(1_000);
    holder.touch();
    const newcomer = leases.acquire(UPLOAD, 0, 10, never);
    await jest.advanceTimersByTimeAsync(9_000);
    expect(stop).not.toHaveBeenCalled();
    holder.release();
    await newcomer;
  });

  it('is left alone while nobody wants its bytes', async () => {
    const stop = jest.fn();
    (await leases.acquire(UPLOAD, 0, 10, stop)).awaitClient();
    await jest.advanceTimersByTimeAsync(60_000);
    await leases.acquire(UPLOAD, 10, 20, never);
    expect(stop).not.toHaveBeenCalled();
  });

  it('may give its lease back twice', async () => {
    const first = await leases.acquire(UPLOAD, 0, 10, never);
    first.release();
    const second = await leases.acquire(UPLOAD, 0, 10, never);
    first.release();
    expect(await settled(leases.acquire(UPLOAD, 0, 10, never))).toBe(false);
    second.release();
    await jest.advanceTimersByTimeAsync(0);
  });
});

describe('a whole upload', () => {
  it('is taken when nobody writes to it, and keeps everybody out', async () => {
    const all = leases.tryAcquireAll(UPLOAD);
    expect(all).not.toBeNull();
    expect(leases.tryAcquireAll(UPLOAD)).toBeNull();
    const chunk = leases.acquire(UPLOAD, 10, 20, never);
    const emptyFile = leases.acquire(UPLOAD, 0, 0, never);
    expect(await settled(chunk)).toBe(false);
    expect(await settled(emptyFile)).toBe(false);
    all?.release();
    await chunk;
    await emptyFile;
  });

  it('is not taken while anybody writes to it', async () => {
    for (const end of [10, 0]) {
      const one = await leases.acquire(UPLOAD, 0, end, never);
      expect(leases.tryAcquireAll(UPLOAD)).toBeNull();
      one.release();
    }
    expect(leases.tryAcquireAll(UPLOAD)).not.toBeNull();
  });

  it('is stopped by stopping all, which waits for the last write', async () => {
    const stops = [jest.fn(), jest.fn()];
    const held = await Promise.all(stops.map((stop, index) => leases.acquire(UPLOAD, index, index + 1, stop)));
    const bystander = jest.fn();
    await leases.acquire(OTHER, 0, 10, bystander);
    const all = leases.stopAll(UPLOAD);
    for (const stop of stops) expect(stop).toHaveBeenCalledTimes(1);
    expect(bystander).not.toHaveBeenCalled();
    held[0]?.release();
    expect(await settled(all)).toBe(false);
    held[1]?.release();
    await all;
    await leases.stopAll(UPLOAD);
  });
});
