import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { balanced } from '../support/conservation.js';
import { Product } from '../support/product.js';
import { Random } from '../support/random.js';
import { CrashPoints } from './support/crash-points.js';
import { Oracle } from './support/oracle.js';
import { report } from './support/report.js';
import { Story } from './support/story.js';
import { tally } from './support/tally.js';

/** 5 for the figures of docs/evidence/engine.md: every step so often. By default steps are drawn by the seed. */
const ROUNDS = Number(process.env.STOWAGE_CRASH_ROUNDS ?? 0);
/**
 * Kills by default, and the most runs for them: some of the steps are those of jobs that ran beside the first story, and may
 * run beside none of the others.
 */
const SAMPLE = 4;
const MOST_RUNS = 20;
/** Most steps of a start at which it is killed as well. */
const RECOVERY_STEPS = ROUNDS === 0 ? 2 : 12;

const folder = mkdtempSync(join(tmpdir(), 'stowage-crash-'));
const points = new CrashPoints(folder);
const product = new Product();
const random = new Random('crash points');
const oracle = new Oracle();
let told = 0;
const done = { killsAtNamedSteps: 0, killsOfAStart: 0, peakNamedSteps: 0 };
const found: string[] = [];
beforeAll(() => product.start(points.journaling));
afterAll(async () => {
  const { count: acknowledgedChunks, bytes: acknowledgedBytes } = oracle.acknowledged;
  report({ ...done, acknowledgedChunks, acknowledgedBytes, ...tally([...found, ...oracle.findings]) });
  await product.dispose();
  rmSync(folder, { recursive: true });
});

function newStory(): Story {
  return new Story(product, oracle, random, `story ${++told}`);
}

async function tell(story: Story): Promise<boolean> {
  points.arm();
  const killed = await story.tell();
  points.disarm();
  return killed;
}

function expectNone(what: string, wrong: string[]): void {
  found.push(...wrong);
  expect({ what, wrong }).toEqual({ what, wrong: [] });
}

/** After a start: what was promised holds, the rest of the story can be told, and nothing is left over. */
async function expectAllWell(what: string, story: Story): Promise<void> {
  expectNone(what, await oracle.verdict(product));
  expectNone(what, await balanced(product));
  await story.end();
  expectNone(what, await oracle.verdict(product));
  expect(await product.files()).toEqual([]);
}

/** Starts it, to be killed on the way; true when it was. */
async function killedWhileStarting(occurrence: number): Promise<boolean> {
  points.arm();
  try {
    await product.start(points.killing('*', occurrence));
    return false;
  } catch {
    await product.wasKilled();
    return true;
  } finally {
    points.disarm();
  }
}

it('every step on the way that changes something is known', async () => {
  expect(await tell(newStory())).toBe(false);
  const names = [...points.steps.keys()];
  done.peakNamedSteps = names.length;
  for (const wanted of [/datasync staging/u, /sync folder staging/u, /link into blobs/u, /COMMIT of .*blobs/u]) {
    expect(names).toContainEqual(expect.stringMatching(wanted));
  }
  await product.stop();
});

it(
  'a kill at any of them loses nothing, shows nothing half, and leaves nothing',
  async () => {
    const all = [...points.steps];
    const rounds = Array.from({ length: ROUNDS }, () => all).flat();
    const chosen = ROUNDS === 0 ? random.shuffled(all).slice(0, MOST_RUNS) : rounds;
    let runs = 0;
    let last: { readonly step: string; readonly story: Story } | null = null;
    for (const [step, times] of chosen) {
      if (ROUNDS === 0 && done.killsAtNamedSteps === SAMPLE) break;
      runs += 1;
      // The start that takes up what the last kill has left is the one that will be killed next.
      await product.start(points.killing(step, 1 + random.integer(times)));
      if (last !== null) await expectAllWell(`after ${last.step}`, last.story);
      last = { step, story: newStory() };
      if (await tell(last.story)) done.killsAtNamedSteps += 1;
      else await product.stop();
    }
    await product.start();
    if (last !== null) await expectAllWell(`after ${last.step}`, last.story);
    await product.stop();
    process.stderr.write(`${done.killsAtNamedSteps} kills in ${runs} runs, at ${all.length} steps; nothing lost\n`);
    expect(done.killsAtNamedSteps).toBeGreaterThan(ROUNDS === 0 ? SAMPLE - 1 : runs / 2);
  },
  60_000 + Math.max(MOST_RUNS, ROUNDS * 120) * 30_000,
);

it(
  'so does a kill while the start puts in order what another kill has left',
  async () => {
    const seal = [...points.steps.keys()].find((step) => /^after COMMIT of .*entries/u.test(step)) ?? '';
    for (let occurrence = 1; occurrence <= RECOVERY_STEPS; occurrence++) {
      await product.start(points.killing(seal, 1));
      const story = newStory();
      expect(await tell(story)).toBe(true);
      if (await killedWhileStarting(occurrence)) done.killsOfAStart += 1;
      if (!product.process.isRunning) await product.start();
      await expectAllWell(`step ${occurrence} of a start`, story);
      await product.stop();
    }
    expect(done.killsOfAStart).toBeGreaterThan(0);
  },
  60_000 + RECOVERY_STEPS * 30_000,
);

it('another start finds everything in order', async () => {
  await product.start();
  expectNone('another start', await oracle.verdict(product, true));
  expectNone('another start', await balanced(product));
  expect(product.blobs).toEqual([]);
});
