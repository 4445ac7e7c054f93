// Real: PostgreSQL, the engine, a folder. Made up: the moment of the power cut, and what the disk has kept by then.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newHome, removeHome, type Home } from '../engine.js';
import { Random, SEED } from '../random.js';
import { CrashLab, type Remains } from './life.js';
import { AT_THE_END } from './power.js';
import type { SkippedSync } from './recording-disk.js';
import { manyAtOnce, oneAfterTheOther, oneAndAHalf } from './stories.js';

/** Ways in which each power cut might have left the disk, all of them looked at. */
const ROLLS = 30;
/** Power cuts at any step of any story, besides one at each kind of step. */
const CUTS = Number(process.env['STOWAGE_POWER_CUTS'] ?? 15);

let home: Home;
let lab: CrashLab;
let looked = 0;

beforeAll(async () => {
  home = await newHome();
  lab = await CrashLab.open(home);
});

afterAll(async () => {
  process.stderr.write(`STOWAGE_SEED=${SEED} repeats this run: ${looked} disks after a power cut\n`);
  await lab.close();
  await removeHome(home);
});

/** Looks at many disks that the cut can have left. */
async function lossesOf(remains: Remains, random: Random): Promise<string[]> {
  looked += ROLLS;
  const lossy = await lab.lossyImages(remains, random, ROLLS);
  return lossy.flatMap(({ losses }) => losses);
}

/** The same, and starts a server on one of them. */
async function faultsOf(remains: Remains, random: Random): Promise<object> {
  const losses = await lossesOf(remains, random);
  await lab.cut(remains, random);
  if (random.chance(40)) {
    // The power comes back, and is cut again while the server takes up what it finds.
    const again = await lab.dieInRecovery({ step: 1 + random.integer(60) });
    losses.push(...(await lossesOf({ ...remains, ...again }, random)));
    await lab.cut(again, random);
  }
  return { losses, restarted: await lab.faultsAfterRestart(remains.book) };
}

const NONE = { losses: [], restarted: { losses: [], orphans: [] } };

describe('a power cut', () => {
  it('at any kind of step loses nothing that was told, and leaves nothing over', async () => {
    const rehearsal = await lab.live({ story: oneAfterTheOther, random: new Random('steps'), stop: AT_THE_END });
    expect({ at: 'the end', ...(await faultsOf(rehearsal, new Random('the end'))) }).toEqual({
      at: 'the end',
      ...NONE,
    });
    const steps = rehearsal.power.taken;
    for (const step of STEPS_OF_THE_STORE) expect([...steps.keys()]).toContain(step);

    for (const [name, count] of steps) {
      const random = new Random(name);
      const live = (times: number) => lab.live({ story: oneAfterTheOther, random, stop: { name, times } });
      let remains = await live(1 + random.integer(count));
      // Syncs of one folder that wait together are one, so a step may come less often than at the rehearsal.
      if (remains.power.cutAt === 'the end') remains = await live(1);
      expect(remains.power.cutAt).toBe(name);
      if (random.chance(50)) expect({ at: name, ...(await faultsOf(remains, random)) }).toEqual({ at: name, ...NONE });
      else expect({ at: name, losses: await lossesOf(remains, random) }).toEqual({ at: name, losses: [] });
    }
  }, 600_000);

  it('at any moment of many uploads at once loses nothing that was told, and leaves nothing over', async () => {
    for (let cut = 0; cut < CUTS; cut++) {
      const random = new Random(`cut ${cut}`);
      const remains = await lab.live({ story: manyAtOnce, random, stop: { step: 1 + random.integer(250) } });
      const at = `cut ${cut}, ${remains.power.cutAt}`;
      expect({ at, ...(await faultsOf(remains, random)) }).toEqual({ at, ...NONE });
    }
  }, 600_000);
});

/** What the store does to the disk while it takes chunks, completes, cancels and deletes. */
const STEPS_OF_THE_STORE = [
  ...['create in staging', 'open in staging', 'write in staging', 'datasync in staging', 'sync of staging'],
  ...['close in staging', 'mkdir in blobs', 'sync of blobs', 'mkdir in space', 'sync of space', 'sync in staging'],
  ...['link in shard', 'sync of shard', 'unlink in staging', 'unlink in shard', 'COMMIT'],
].flatMap((name) => [`before ${name}`, `after ${name}`]);

describe('this test', () => {
  it('finds nothing on a disk that syncs', async () => {
    const remains = await lab.live({ story: oneAndAHalf, random: new Random('honest'), stop: AT_THE_END });
    expect(await lab.lossyImages(remains, new Random('honest'), 10 * ROLLS)).toEqual([]);
  });

  it.each<SkippedSync>(['bytes', 'staging', 'blobs', 'space', 'shard'])(
    'finds what a disk loses that leaves out syncs of %s, also after a restart',
    async (skipped) => {
      const random = new Random(`without ${skipped}`);
      const remains = await lab.live({ story: oneAndAHalf, random, stop: AT_THE_END, skipped });
      const [lossy, ...others] = await lab.lossyImages(remains, random, ROLLS);
      expect(others.length).toBeGreaterThan(3);
      if (lossy === undefined) throw new Error('There are several.');
      await lab.put(lossy.image);
      expect((await lab.faultsAfterRestart(remains.book)).losses).not.toEqual([]);
    },
  );
});
