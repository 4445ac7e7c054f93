import { describe, expect, it } from '@jest/globals';
import { Sampled } from './sampled.js';

/** A source whose answers and clock the test gives. */
class Source {
  now = 0;
  asked = 0;
  private pending: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  readonly sampled = new Sampled(
    () => {
      this.asked++;
      return new Promise<number>((resolve, reject) => this.pending.push({ resolve, reject }));
    },
    () => this.now,
  );

  /** Looks, and answers if that asks. */
  async look(value: number | Error, afterMs = 0): Promise<number | null> {
    const looked = this.sampled.current();
    this.now += afterMs;
    for (const { resolve, reject } of this.pending.splice(0)) {
      if (value instanceof Error) reject(value);
      else resolve(value);
    }
    return looked;
  }
}

describe('facts that cost something', () => {
  it('are asked for when somebody looks, at most every 5 s', async () => {
    const source = new Source();
    expect(source.asked).toBe(0);
    expect(await source.look(1)).toBe(1);
    source.now += 4_999;
    expect(await source.look(2)).toBe(1);
    source.now += 1;
    expect(await source.look(3)).toBe(3);
    expect(source.asked).toBe(2);
  });

  it('are used for longer when asking takes long', async () => {
    const source = new Source();
    expect(await source.look(1, 1_000)).toBe(1);
    source.now += 19_999;
    expect(await source.look(2)).toBe(1);
    source.now += 1;
    expect(await source.look(3)).toBe(3);
  });

  it('are asked for once, however many look', async () => {
    const source = new Source();
    const first = source.sampled.current();
    expect(await source.look(7)).toBe(7);
    expect(await first).toBe(7);
    expect(source.asked).toBe(1);
  });

  it('are nothing while they cannot be had, and there again later', async () => {
    const source = new Source();
    await source.look(1);
    source.now += 5_000;
    expect(await source.look(new Error('gone'))).toBeNull();
    expect(await source.sampled.current()).toBeNull();
    source.now += 5_000;
    expect(await source.look(2)).toBe(2);
  });

  it('are left out when they come too late, and known to who looks next', async () => {
    const source = new Source();
    expect(await source.sampled.current(1)).toBeNull();
    expect(await source.look(4)).toBe(4);
    expect(source.asked).toBe(1);
  });
});
