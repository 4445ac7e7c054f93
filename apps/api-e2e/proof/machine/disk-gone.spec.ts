import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { filesIn } from '../../support/disk.js';
import { until } from '../../support/until.js';
import { readyAgain } from '../support/patience.js';
import { DiskWorld, type Neighbour } from './support/disk-world.js';
import type { TestDisk } from './support/test-disk.js';
import { whereDisksFail } from './support/where-there-is.js';

/** Of each kind that passes. */
const FAULTS = Number(process.env.STOWAGE_DISK_FAULTS);
/** Refusals that make a fault one that was felt. */
const FELT = 6;

const group = whereDisksFail('disks that are gone');

interface Fault {
  readonly what: string;
  readonly counted: string;
  readonly cause: (disk: TestDisk) => void;
  readonly end: (disk: TestDisk) => void;
  /** Whether files can be read meanwhile. */
  readonly reads: boolean;
}

const PASSING: readonly Fault[] = [
  {
    ...{ what: 'is made read-only', counted: 'disksReadOnly', reads: true },
    cause: (disk) => {
      disk.makeReadOnly();
    },
    end: (disk) => {
      disk.makeWritable();
    },
  },
  {
    ...{ what: 'vanishes', counted: 'disksVanished', reads: false },
    cause: (disk) => {
      disk.vanish();
    },
    end: (disk) => {
      disk.comeBack();
    },
  },
];

group.each(PASSING)('a disk that $what', ({ what, counted, cause, end, reads }) => {
  const world = new DiskWorld(`disk ${what}`);
  const { product, fleet } = world;
  let kept: Neighbour;
  beforeAll(async () => {
    await world.begin({ size: 256 });
    kept = await world.neighbour('kept');
  });
  afterAll(() => world.end());

  it(
    `is told with 503 ${FAULTS} times, loses nothing, and is used again once it is back, without a restart`,
    async () => {
      for (let fault = 1; fault <= FAULTS; fault++) {
        await fleet.workUntil(async () => {
          const before = product.refused('storage-failed');
          cause(world.disk);
          world.count(counted);
          await until('it is felt', () => product.refused('storage-failed') >= before + FELT, 60_000);
          expect((await product.send('/healthz')).status).toBe(200);
          expect((await product.send('/readyz')).status).toBe(503);
          expect((await product.send('/api/files')).status).toBe(200);
          if (reads) expect(await world.isWhole(kept)).toBe(true);
          else expect((await world.download(kept)).problem).toMatchObject({ status: 503, retryable: true });
          end(world.disk);
          await readyAgain(product);
          expect(await world.isWhole(kept)).toBe(true);
        });
        expect({ fault, wrong: await fleet.verdict() }).toEqual({ fault, wrong: [] });
      }
      await fleet.finish();
      await world.remount();
      expect(await fleet.end()).toEqual([]);
      expect(product.wrong).toEqual([]);
      process.stderr.write(`${FAULTS} times a disk that ${what}: ${product.tally}; ${fleet.summary}\n`);
    },
    120_000 + FAULTS * 60_000,
  );
});

group('a disk that was not mounted again', () => {
  const world = new DiskWorld('disk not mounted');
  const { product, fleet } = world;
  beforeAll(() => world.begin({ size: 256 }));
  afterAll(() => world.end());

  it('is refused at the start, nothing is made in the empty folder, and nothing is removed', async () => {
    const kept = await world.neighbour('kept');
    await fleet.workUntil(() => product.kill());
    const { disk } = world;
    const before = filesIn(disk.aside).map(({ path, size }) => `${path} ${size}`);
    disk.vanish();
    world.count('disksNotMounted');

    await expect(product.start()).rejects.toThrow(/is empty.*mount its disk/u);
    expect(readdirSync(product.dataDir)).toEqual([]);
    expect(filesIn(disk.aside).map(({ path, size }) => `${path} ${size}`)).toEqual(before);

    disk.comeBack();
    await product.start();
    expect(await world.isWhole(kept)).toBe(true);
    expect(await fleet.verdict(true)).toEqual([]);
    expect(await fleet.end()).toEqual([]);
  });
});

const LASTING = [
  {
    ...{ what: 'meets a fault of ext4’s own and is read-only from then on', counted: 'fileSystemsBroken' },
    cause: (disk: TestDisk) => {
      disk.breakFileSystem();
    },
  },
  {
    ...{ what: 'dies, its journal included', counted: 'disksDied' },
    cause: (disk: TestDisk) => {
      disk.fail();
    },
  },
];

group.each(LASTING)('a disk that $what', ({ what, counted, cause }) => {
  const world = new DiskWorld(`disk ${what}`);
  const { product, fleet } = world;
  fleet.oracle.diskMayFail = true;
  let kept: Neighbour;
  beforeAll(async () => {
    await world.begin({ size: 256 });
    kept = await world.neighbour('kept');
  });
  afterAll(() => world.end());

  it(
    `takes nothing more, still serves what it has, and has all of it when it was checked and mounted again, ${FAULTS} times`,
    async () => {
      for (let fault = 1; fault <= FAULTS; fault++) {
        await fleet.workUntil(async () => {
          const refusals = () => product.refused('storage-failed') + product.refused('bytes-lost');
          const before = refusals();
          cause(world.disk);
          world.count(counted);
          await until('it is felt', () => refusals() >= before + 2, 60_000);
          await until('it is not ready', async () => (await product.send('/readyz')).status === 503, 60_000);
          expect((await product.send('/healthz')).status).toBe(200);
          expect((await product.send('/api/files')).status).toBe(200);
          expect(await world.isWhole(kept)).toBe(true);
          // What an operator does.
          expect(await product.stop()).toEqual({ code: 0, signal: null });
          world.disk.heal();
          await world.remount();
        });
        expect(await world.isWhole(kept)).toBe(true);
        expect({ fault, wrong: await fleet.verdict(true) }).toEqual({ fault, wrong: [] });
      }
      expect(await fleet.end()).toEqual([]);
      expect(product.wrong).toEqual([]);
      process.stderr.write(
        `${FAULTS} times a disk that ${what}: ${fleet.oracle.lost.size} uploads given up; ${product.tally}; ${fleet.summary}\n`,
      );
    },
    120_000 + FAULTS * 60_000,
  );
});
