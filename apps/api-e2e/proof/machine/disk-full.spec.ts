import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { balanced } from '../../support/conservation.js';
import { DropzoneUpload, fileOf, resultOf } from '../../support/dropzone.js';
import { sha256 } from '../../support/random.js';
import { until } from '../../support/until.js';
import { readyAgain } from '../support/patience.js';
import { DiskWorld } from './support/disk-world.js';
import { whereDisksFail } from './support/where-there-is.js';

/** Of each kind. */
const FAULTS = Number(process.env.STOWAGE_DISK_FAULTS);
const MIB = 1024 * 1024;
const CHUNK = 64 * 1024;
/** Refusals that make a fault one that was felt. */
const FELT = 6;

interface Scarcity {
  readonly what: string;
  readonly inodes?: number;
  readonly counted: string;
  /** Takes all there is of it. */
  readonly exhaust: (folder: string) => void;
}

const SCARCITIES: readonly Scarcity[] = [
  { what: 'bytes', counted: 'disksWithoutBytes', exhaust: takeBytes },
  { what: 'inodes', inodes: 2048, counted: 'disksWithoutInodes', exhaust: takeInodes },
];

whereDisksFail('disks that are full').each(SCARCITIES)('a disk without $what', (scarcity) => {
  const { what, inodes, counted, exhaust } = scarcity;
  const world = new DiskWorld(`without ${what}`);
  const { product, fleet } = world;
  let ballast = '';
  beforeAll(async () => {
    await world.begin({ size: 160, ...(inodes === undefined ? {} : { inodes }) });
    ballast = join(world.disk.aside, 'ballast');
  });
  afterAll(() => world.end());

  async function remove(fileId: string): Promise<number> {
    return (await product.send(`/api/files/${fileId}?permanent=true`, { method: 'DELETE' })).status;
  }

  it(
    `is told with 507 ${FAULTS} times, loses nothing, and takes everything again once there is room`,
    async () => {
      for (let fault = 1; fault <= FAULTS; fault++) {
        const kept = await world.neighbour(`kept ${fault}`);
        const removed = await world.neighbour(`removed ${fault}`);
        await fleet.workUntil(async () => {
          const before = product.refused('storage-full');
          exhaust(ballast);
          world.count(counted);
          await until('it is felt', () => product.refused('storage-full') >= before + FELT, 60_000);

          expect((await product.send('/healthz')).status).toBe(200);
          expect((await product.send('/api/files')).status).toBe(200);
          expect(await world.isWhole(kept)).toBe(true);
          expect(await remove(removed.id)).toBe(204);
          rmSync(ballast, { recursive: true });
          await readyAgain(product);
        });
        expect({ fault, wrong: await fleet.verdict() }).toEqual({ fault, wrong: [] });
      }
      await fleet.finish();
      await world.remount();
      expect(await fleet.end()).toEqual([]);
      expect(product.wrong).toEqual([]);
      // Besides what was under way, each refusal costs a chunk.
      expect(fleet.resent.again).toBeLessThanOrEqual(fleet.resent.flying + product.refused('storage-full') * CHUNK);
      process.stderr.write(`${FAULTS} times without ${what}: ${product.tally}; ${fleet.summary}\n`);
    },
    120_000 + FAULTS * 60_000,
  );

  it('has room again as soon as something was deleted, with nobody’s help', async () => {
    // Three: a file needs an inode, and its folder may need another.
    const others = [];
    for (const index of [1, 2, 3]) others.push(await world.neighbour(`makes room ${index}`, MIB));
    exhaust(ballast);
    world.count(counted);
    const source = { name: 'next', content: world.random.bytes(MIB), chunkSize: MIB };
    const next = new DropzoneUpload(product, source);
    expect((await next.send(0)).status).toBe(507);

    for (const { id } of others) expect(await remove(id)).toBe(204);
    let answer = await next.send(0);
    // The bytes go a moment after the file has.
    await until('it has room', async () => {
      if (answer.status === 507) answer = await next.send(0);
      return answer.status !== 507;
    });
    const file = await fileOf(product, [resultOf(answer)]);
    expect(sha256(await product.download(file.id))).toBe(sha256(source.content));
    rmSync(ballast, { recursive: true });
    expect(await balanced(product)).toEqual([]);
  });
});

function takeBytes(ballast: string): void {
  const file = openSync(ballast, 'w');
  try {
    for (const piece of [Buffer.alloc(MIB, 1), Buffer.alloc(4096, 1)]) takeAll(() => writeSync(file, piece));
  } finally {
    closeSync(file);
  }
}

function takeInodes(ballast: string): void {
  mkdirSync(ballast);
  let made = 0;
  takeAll(() => {
    closeSync(openSync(join(ballast, String(made++)), 'w'));
  });
}

/** Repeats something until there is no space for it. */
function takeAll(take: () => unknown): void {
  for (;;) {
    try {
      take();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      return;
    }
  }
}
