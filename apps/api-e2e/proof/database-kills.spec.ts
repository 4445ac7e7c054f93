import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { balanced } from '../support/conservation.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { Product } from '../support/product.js';
import { Fleet } from './support/fleet.js';
import { readyAgain } from './support/patience.js';

/** 75 for the figures of docs/evidence/engine.md. */
const KILLS = Number(process.env.STOWAGE_PG_KILLS ?? 3);

const postgres = new OwnPostgres();
let product: Product;
let fleet: Fleet;
beforeAll(async () => {
  await postgres.start();
  product = new Product({ database: postgres.url });
  await product.start();
  fleet = new Fleet(product, 'database kills');
});
afterAll(async () => {
  await product.dispose();
  await postgres.dispose();
});

const FAULTS = [
  {
    fault: 'kill -9 of PostgreSQL',
    cause: async () => {
      await postgres.kill();
      await pause(fleet.draw(200));
      await postgres.start();
    },
  },
  { fault: 'kill -9 of one of its processes', cause: () => postgres.killBackend((count) => fleet.draw(count)) },
  {
    fault: 'a freeze',
    cause: async () => {
      const goOn = await postgres.freeze();
      await pause(fleet.draw(1_500));
      goOn();
    },
  },
];

it(
  `eight clients lose nothing in ${KILLS} faults of PostgreSQL, and nothing is left over`,
  async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const { fault, cause } = FAULTS[kill % FAULTS.length] ?? { fault: '', cause: () => Promise.resolve() };
      await fleet.workUntil(cause);
      await readyAgain(product);
      expect({ kill, fault, wrong: await fleet.verdict() }).toEqual({ kill, fault, wrong: [] });
    }
    await fleet.finish();
    await product.stop();
    await product.start();
    expect(await fleet.verdict(true)).toEqual([]);
    expect(await balanced(product)).toEqual([]);
    // Besides what was under way, each client may begin as much before it hears of the fault.
    expect(fleet.resent.again).toBeLessThanOrEqual(fleet.resent.flying + KILLS * fleet.mostAtOnce);
    process.stderr.write(`${KILLS} faults of PostgreSQL; ${fleet.summary}\n`);
  },
  60_000 + KILLS * 30_000,
);
