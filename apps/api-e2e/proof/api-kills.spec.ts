import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Product } from '../support/product.js';
import { Fleet } from './support/fleet.js';
import { report } from './support/report.js';

/** 200 for the figures of docs/evidence/engine.md. */
const KILLS = Number(process.env.STOWAGE_KILLS ?? 4);

const product = new Product();
const fleet = new Fleet(product, 'api kills');
beforeAll(() => product.start());
afterAll(async () => {
  report({ apiKills: kills, peakStartMs, ...fleet.counts });
  await product.dispose();
});

let kills = 0;
let peakStartMs = 0;

it(
  `eight clients lose nothing in ${KILLS} kills of the API, and nothing is left over`,
  async () => {
    while (kills < KILLS) {
      await fleet.workUntil(() => product.kill());
      kills += 1;
      const killedAt = performance.now();
      await product.start();
      peakStartMs = Math.max(peakStartMs, Math.round(performance.now() - killedAt));
      expect({ kills, wrong: await fleet.verdict() }).toEqual({ kills, wrong: [] });
    }
    expect(await fleet.end()).toEqual([]);
    expect(fleet.resent.again).toBeLessThanOrEqual(fleet.resent.flying);
    process.stderr.write(`${KILLS} kills of the API; ${fleet.summary}\n`);
  },
  60_000 + KILLS * 20_000,
);
