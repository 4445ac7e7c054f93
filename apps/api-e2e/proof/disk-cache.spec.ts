import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startEmbeddedPostgres } from '../../../tools/postgres/embedded-postgres.mjs';
import { whileMounted } from '../../../tools/proof/rig/loop-mount.mjs';
import { crashRig, reasonToSkip } from '../../../tools/proof/needs.mjs';
import { contradictions } from '../support/conservation.js';
import { Random } from '../support/random.js';
import { Fleet } from './support/fleet.js';
import { GuestProduct } from './support/guest-product.js';
import { Journal } from './support/journal.js';
import { brokenPromises } from './support/past-promises.js';
import { copySparse, RecordedDisk, type Mark, type Point } from './support/recorded-disk.js';
import { report } from './support/report.js';
import { remains } from './support/rows-and-bytes.js';
import { tally } from './support/tally.js';
import { visit } from './support/visited-product.js';

/** 200 for a nightly run. This file is left out while nobody asks: see the jest.config.mjs of this project. */
const POINTS = Number(process.env.STOWAGE_REPLAY_POINTS ?? 20);
/** The whole API starts at one point in so many. */
const API_EVERY = 10;
const TOLD_EVERY = 20;
const MIB = 2 ** 20;

const say = (line: string) => void process.stderr.write(`${line}\n`);
const cannot = reasonToSkip(crashRig, say);
const folder = mkdtempSync(join(tmpdir(), 'stowage-replay-'));
const random = new Random('disk cache');
const journal = new Journal();
const marks: Mark[] = [];
const wrong: string[] = [];
const done = { replayPoints: 0, replayPointsBetween: 0, replayedStarts: 0 };
let product: GuestProduct;
let disk: RecordedDisk;

/** Records a disk while eight clients work: an answer in two or three gets a mark behind it. */
async function record(base: string): Promise<void> {
  await product.start();
  await product.kill();
  copySparse(product.disk, base);
  await product.start({ log: 'yes' });
  const fleet = new Fleet(product, 'disk cache', 8, journal);
  const mark = async () => {
    const [name, askedAt] = [`mark-${marks.length}`, performance.now()];
    await product.mark(name);
    marks.push({ name, askedAt, answeredAt: performance.now() });
  };
  const enough = journal.acknowledged.count + Math.max(60, POINTS);
  await fleet.workUntil(async (haveEnded) => {
    while (journal.acknowledged.count < enough && journal.findings.length === 0 && !haveEnded()) await mark();
    // What the disk had not flushed by the last one is not in the log.
    await mark();
    await product.kill();
  }, 1);
  expect(journal.findings).toEqual([]);
  process.stderr.write(`recorded: ${fleet.summary}, ${marks.length} marks\n`);
}

/** What is wrong when the power went at this point. */
function replay(point: Point, between: boolean, withApi: boolean): Promise<string[]> {
  const [image, mounted] = [join(product.images, 'point.img'), join(folder, 'disk')];
  disk.copyAt(point, image, between ? random : null);
  const moment = disk.momentOf(point);
  const data = join(mounted, 'data');
  return whileMounted(image, mounted, async () => {
    const options = { dataDir: join(data, 'postgres'), reachableDir: join(mounted, 'reachable') };
    const postgres = await startEmbeddedPostgres({ ...options, mustExist: true });
    try {
      const left = await remains(postgres.url, data, journal.sent);
      return [
        ...left.faults,
        ...(await contradictions(postgres.url)),
        ...brokenPromises(journal, moment, left),
        ...(withApi ? await visit(postgres.url, data, journal, moment) : []),
      ];
    } finally {
      await postgres.stop();
    }
  });
}

function tell(): void {
  const { replayPoints, replayPointsBetween, replayedStarts } = done;
  say(`${replayPoints} points, ${replayPointsBetween} with some of the cache, ${replayedStarts} with the API`);
}

/** As many as are wanted of all there are, in their order. */
function drawn(all: readonly Point[]): Point[] {
  return random
    .shuffled(all)
    .slice(0, POINTS)
    .sort((one, other) => one.durable - other.durable);
}

beforeAll(async () => {
  if (cannot !== null) return;
  product = new GuestProduct({ diskSize: 1024 * MIB, logSize: 8192 * MIB });
  const base = join(product.images, 'base.img');
  await record(base);
  disk = new RecordedDisk(base, product.writeLog, marks);
}, 1_800_000);
afterAll(async () => {
  report({ ...done, ...tally([...wrong, ...journal.findings]) });
  if (cannot === null) {
    disk?.close();
    await product.dispose();
  }
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

(cannot === null ? it : it.skip)(
  `a disk that loses what is in its cache keeps all that was acknowledged, at ${POINTS} moments`,
  async () => {
    const all = disk.points;
    const { entries, bytes } = disk.size;
    process.stderr.write(`${entries} entries of ${bytes} bytes, ${all.length} flushes and durable writes\n`);
    for (const [index, point] of drawn(all).entries()) {
      const [between, withApi] = [index % 2 === 1 && point.cached > 0, index % API_EVERY === 0];
      const found = await replay(point, between, withApi);
      wrong.push(...found);
      done.replayPoints += 1;
      if (between) done.replayPointsBetween += 1;
      if (withApi) done.replayedStarts += 1;
      expect({ point, between, wrong: found }).toEqual({ point, between, wrong: [] });
      if (done.replayPoints % TOLD_EVERY === 0) tell();
    }
    expect(done.replayPoints).toBeGreaterThanOrEqual(Math.min(POINTS, all.length));
    tell();
  },
  600_000 + POINTS * 60_000,
);
