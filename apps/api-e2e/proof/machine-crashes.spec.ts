import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { crashRig, reasonToSkip } from '../../../tools/proof/needs.mjs';
import { Fleet } from './support/fleet.js';
import { GuestProduct } from './support/guest-product.js';
import { report } from './support/report.js';
import { tally } from './support/tally.js';

/** 50 for a nightly run. This file is left out while nobody asks: see the jest.config.mjs of this project. */
const CRASHES = Number(process.env.STOWAGE_MACHINE_CRASHES ?? 3);
const MOST_UNTIL_CRASH = 40;
/** One crash in so many comes while the machine still recovers from the one before. */
const AGAIN_EVERY = 6;
const LONGEST_RECOVERY_MS = 20_000;
const MIB = 2 ** 20;

const say = (line: string) => void process.stderr.write(`${line}\n`);
const cannot = reasonToSkip(crashRig, say);
if (cannot !== null) say(`no machine can lose its power here: ${cannot}`);

let product: GuestProduct;
let fleet: Fleet;
let crashes = 0;
let peakRecoveryMs = 0;
let leftOver: string[] = [];
beforeAll(async () => {
  if (cannot !== null) return;
  product = new GuestProduct({ diskSize: 2048 * MIB });
  fleet = new Fleet(product, 'machine crashes');
  await product.start();
}, 300_000);
afterAll(async () => {
  if (cannot !== null) return;
  report({ machineCrashes: crashes, peakRecoveryMs, ...fleet.counts });
  report({ ...tally(leftOver) });
  await product.dispose();
}, 60_000);

/** Switched on again, and off while the file system, the database or the API recover. */
async function crashAgain(): Promise<void> {
  crashes += 1;
  const recovery = product.start().catch(() => undefined);
  await pause(fleet.draw(LONGEST_RECOVERY_MS));
  await product.kill();
  await recovery;
}

/** Switched on again: the journal of the file system, the database and the API recover, and nobody helps. */
async function recover(words?: Readonly<Record<string, string>>): Promise<void> {
  crashes += 1;
  const crashedAt = performance.now();
  await product.start(words);
  peakRecoveryMs = Math.max(peakRecoveryMs, Math.round(performance.now() - crashedAt));
}

(cannot === null ? it : it.skip)(
  `eight clients lose nothing in ${CRASHES} crashes of the whole machine, and nothing is left over`,
  async () => {
    while (crashes < CRASHES) {
      await fleet.workUntil(() => product.kill(), MOST_UNTIL_CRASH);
      if (fleet.draw(AGAIN_EVERY) === 0) await crashAgain();
      await recover();
      expect({ crashes, wrong: await fleet.verdict() }).toEqual({ crashes, wrong: [] });
      process.stderr.write(`${new Date().toISOString()} crash ${crashes}; ${fleet.summary}\n`);
    }
    await fleet.finish();
    await product.kill();
    // Jobs that were under way when the power went wait for their time to be over: it is let pass.
    await recover({ settle: 'yes' });
    expect(await fleet.verdict(true)).toEqual([]);
    leftOver = await product.count();
    expect(leftOver).toEqual([]);
    expect(fleet.resent.again).toBeLessThanOrEqual(fleet.resent.flying);
    process.stderr.write(`${crashes} crashes of the machine; ${fleet.summary}\n`);
  },
  600_000 + CRASHES * 300_000,
);
