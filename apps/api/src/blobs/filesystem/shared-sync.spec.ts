import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SharedSync } from './shared-sync.js';

/** A sync that ends when it is told to. */
class HeldSyncs {
  readonly begun: { end: () => void; fail: (error: Error) => void }[] = [];

  readonly sync = (): Promise<void> =>
    new Promise((resolve, reject) => {
      this.begun.push({ end: resolve, fail: reject });
    });
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a shared sync', () => {
  it('begins at once for the first', () => {
    const held = new HeldSyncs();
    void new SharedSync(held.sync).done();
    expect(held.begun).toHaveLength(1);
  });

  it.each([1, 2, 50])('serves %i who came while one ran with one more', async (count) => {
    const held = new HeldSyncs();
    const shared = new SharedSync(held.sync);
    const settled: string[] = [];
    const first = shared.done().then(() => settled.push('first'));
    const later = Array.from({ length: count }, () => shared.done().then(() => settled.push('later')));
    held.begun[0]?.end();
    await first;
    await turn();
    expect(settled).toEqual(['first']);
    expect(held.begun).toHaveLength(2);
    held.begun[1]?.end();
    await Promise.all(later);
    expect(settled).toHaveLength(count + 1);
    await turn();
    expect(held.begun).toHaveLength(2);
    expect(shared.idle).toBe(true);
  });

  it('that fails fails all who wait, and is not repeated for any of them', async () => {
    const held = new HeldSyncs();
    const shared = new SharedSync(held.sync);
    const outcomes = Promise.allSettled([shared.done(), shared.done(), shared.done()]);
    held.begun[0]?.fail(new Error('EIO'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await turn();
    expect(held.begun).toHaveLength(1);
    const next = shared.done();
    expect(held.begun).toHaveLength(2);
    held.begun[1]?.end();
    await next;
  });

  it('never lets go of a caller before a sync that began after its write has ended, in any order of events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 12 }), async (scheduler, writers) => {
        let written = 0;
        let durable = 0;
        let syncs = 0;
        const shared = new SharedSync(async () => {
          syncs++;
          // What is written by now is what this sync covers.
          const covered = written;
          await scheduler.schedule(Promise.resolve(), 'sync');
          durable = Math.max(durable, covered);
        });
        const write = async (): Promise<void> => {
          await scheduler.schedule(Promise.resolve(), 'write');
          const mine = ++written;
          await shared.done();
          expect(durable).toBeGreaterThanOrEqual(mine);
        };
        const all = Promise.all(Array.from({ length: writers }, write));
        await scheduler.waitFor(all);
        expect(syncs).toBeLessThanOrEqual(writers);
      }),
      { numRuns: 300 },
    );
  });
});
