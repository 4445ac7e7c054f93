import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { forgetPeakMemory, peakMemory } from '../../support/disk.js';
import { DropzoneUpload, resultOf } from '../../support/dropzone.js';
import { Samples } from '../../support/samples.js';
import { until } from '../../support/until.js';
import { readyAgain } from '../support/patience.js';
import { DiskWorld } from './support/disk-world.js';
import { whereDisksFail } from './support/where-there-is.js';

/** Seconds for which the disk is slow. */
const SECONDS = Number(process.env.STOWAGE_SLOW_DISK);
const MIB = 1024 * 1024;
const DISK_SPEED = 2 * MIB;
const UPLOADS = 12;
const CHUNK = 4 * MIB;
/** What the bodies under way may hold beside what the server has anyway. */
const MOST_GROWTH = 100 * MIB;
/** A supervisor that waits longer is rare, and one that restarts the server makes it worse. */
const MOST_HEALTH_MS = 1_000;
const MOST_LAG_SECONDS = 0.05;

whereDisksFail('disks that are slow')('a disk that moves 2 MiB a second', () => {
  const world = new DiskWorld('slow disk');
  const { product, fleet, random } = world;
  const healthMs: number[] = [];
  beforeAll(() => world.begin({ size: 512 }));
  afterAll(() => world.end());

  async function lag(): Promise<number> {
    const { text } = await product.send('/metrics');
    return new Samples(text).of('stowage_event_loop_lag_p99_seconds') ?? NaN;
  }

  /** Sends a chunk until it is taken, as a client does that is told to come again. */
  async function sendPatiently(upload: DropzoneUpload, index: number): Promise<void> {
    let answer = await upload.send(index);
    while (answer.status === 503) {
      await pause(1000 * Number(answer.headers['retry-after']));
      answer = await upload.send(index);
    }
    fleet.oracle.acknowledged.add(resultOf(answer).upload.id, upload.range(index));
  }

  it(
    'makes uploads slow, and nothing else: no memory grows, no loop waits, nothing is lost',
    async () => {
      const kept = await world.neighbour('kept');
      const uploads = Array.from({ length: UPLOADS }, (_, index) => {
        const content = random.bytes(2 * CHUNK);
        fleet.oracle.begins(`large ${index}`, content);
        return new DropzoneUpload(product, { name: `large ${index}`, content, chunkSize: CHUNK });
      });
      forgetPeakMemory(product.process.pid);
      const before = peakMemory(product.process.pid);
      let worstLag = 0;
      await fleet.workUntil(async () => {
        world.disk.slowDown(DISK_SPEED);
        world.count('slowDisks');
        const sent = Promise.all(uploads.map((upload) => sendPatiently(upload, 0)));
        // Its end is looked at later; until then a failure of it is nobody's.
        sent.catch(() => undefined);
        const end = performance.now() + SECONDS * 1000;
        await until(
          'the time is over',
          async () => {
            const startedAt = performance.now();
            expect((await product.send('/healthz')).status).toBe(200);
            healthMs.push(performance.now() - startedAt);
            worstLag = Math.max(worstLag, await lag());
            return performance.now() > end;
          },
          SECONDS * 2_000 + 60_000,
        );
        expect((await product.send('/api/files')).status).toBe(200);
        expect(await world.isWhole(kept)).toBe(true);
        world.disk.speedUp();
        await sent;
        await readyAgain(product);
      });
      const growth = peakMemory(product.process.pid) - before;
      const worstHealth = Math.max(...healthMs);
      for (const [name, value] of [
        ['peakGrowthMiB', growth / MIB],
        ['peakLagMs', worstLag * 1000],
        ['peakHealthMs', worstHealth],
      ] as const) {
        world.caused.set(name, Math.round(value));
      }
      expect(await fleet.verdict()).toEqual([]);
      for (const upload of uploads) await upload.complete();
      await fleet.finish();
      await world.remount();
      expect(await fleet.end()).toEqual([]);
      expect(product.wrong).toEqual([]);
      process.stderr.write(
        `${SECONDS} s of a disk with 2 MiB/s: memory grew by ${Math.round(growth / MIB)} MiB, event-loop lag p99 ` +
          `${Math.round(worstLag * 1000)} ms, slowest /healthz ${Math.round(worstHealth)} ms; ${product.tally}; ${fleet.summary}\n`,
      );
      expect(growth).toBeLessThanOrEqual(MOST_GROWTH);
      expect(worstHealth).toBeLessThanOrEqual(MOST_HEALTH_MS);
      expect(worstLag).toBeLessThanOrEqual(MOST_LAG_SECONDS);
    },
    180_000 + SECONDS * 5_000,
  );
});
