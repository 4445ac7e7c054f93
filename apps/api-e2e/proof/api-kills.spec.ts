import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { balanced } from '../support/conservation.js';
import { Product } from '../support/product.js';
import { Fleet } from './support/fleet.js';

/** 200 for the figures of docs/evidence/engine.md. */
const KILLS = Number(process.env.STOWAGE_KILLS ?? 4);

const product = new Product();
const fleet = new Fleet(product, 'api kills');
beforeAll(() => product.start());
afterAll(() => product.dispose());

it(
  `eight clients lose nothing in ${KILLS} kills of the API, and nothing is left over`,
  async () => {
    for (let kill = 1; kill <= KILLS; kill++) {
      await fleet.workUntil(() => product.kill());
      await product.start();
      expect({ kill, wrong: await fleet.verdict() }).toEqual({ kill, wrong: [] });
    }
    await fleet.finish();
    // What is put in order at a start is put in order here.
    await product.stop();
    await product.start();
    expect(await fleet.verdict(true)).toEqual([]);
    expect(await balanced(product)).toEqual([]);
    expect(fleet.resent.again).toBeLessThanOrEqual(fleet.resent.flying);
    process.stderr.write(`${KILLS} kills of the API; ${fleet.summary}\n`);
  },
  60_000 + KILLS * 20_000,
);
