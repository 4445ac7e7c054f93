import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from '../support/product.js';
import { Fleet } from './support/fleet.js';
import { report } from './support/report.js';

/** 200 for the figures of docs/evidence/engine.md. */
const KILLS = Number(process.env.STOWAGE_KILLS ?? 4);
/**
 * Kills on one data folder and database: what a verdict looks at, and our memory of it, grow with every file. A run that is
 * stopped has told of those before.
 */
const MOST_KILLS = 50;

const rounds = Array.from({ length: Math.ceil(KILLS / MOST_KILLS) }, (_, round) => ({
  label: round === 0 ? 'api kills' : `api kills ${round}`,
  wanted: Math.min(MOST_KILLS, KILLS - round * MOST_KILLS),
}));

describe.each(rounds)('$label', ({ label, wanted }) => {
  const product = new Product({ understudy: true });
  let fleet: Fleet | null = null;
  let [kills, peakStartMs] = [0, 0];
  beforeAll(() => product.start());
  afterAll(async () => {
    report({ apiKills: kills, peakStartMs, ...fleet?.counts });
    fleet = null;
    await product.dispose();
  });

  it(
    `eight clients lose nothing in ${wanted} kills of the API, and nothing is left over`,
    async () => {
      const all = (fleet = new Fleet(product, label));
      while (kills < wanted) {
        await all.workUntil(() => product.kill());
        kills += 1;
        const killedAt = performance.now();
        await product.start();
        peakStartMs = Math.max(peakStartMs, Math.round(performance.now() - killedAt));
        expect({ kills, wrong: await all.verdict() }).toEqual({ kills, wrong: [] });
      }
      expect(await all.end()).toEqual([]);
      expect(all.resent.again).toBeLessThanOrEqual(all.resent.flying);
      process.stderr.write(`${kills} kills of the API; ${all.summary}\n`);
    },
    60_000 + wanted * 20_000,
  );
});
