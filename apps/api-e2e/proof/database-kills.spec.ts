import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OwnPostgres } from '../support/own-postgres.js';
import { Product } from '../support/product.js';
import { Fleet } from './support/fleet.js';
import { readyAgain } from './support/patience.js';
import { report } from './support/report.js';

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
  report({ ...Object.fromEntries(caused), ...fleet.counts });
  await product.dispose();
  await postgres.dispose();
});

/** How often each fault was caused. */
const caused = new Map<string, number>();

const FAULTS = [
  {
    ...{ fault: 'kill -9 of PostgreSQL', counted: 'postgresKills' },
    cause: async () => {
      await postgres.kill();
      await pause(fleet.draw(200));
      await postgres.start();
    },
  },
  {
    ...{ fault: 'kill -9 of one of its processes', counted: 'postgresBackendKills' },
    cause: () => postgres.killBackend((count) => fleet.draw(count)),
  },
  {
    ...{ fault: 'a freeze', counted: 'postgresFreezes' },
    cause: async () => {
      const goOn = await postgres.freeze();
      await pause(fleet.draw(1_500));
      goOn();
    },
  },
] as const;

it(
  `eight clients lose nothing in ${KILLS} faults of PostgreSQL, and nothing is left over`,
  async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const { fault, counted, cause } = FAULTS[kill % FAULTS.length] as (typeof FAULTS)[number];
      await fleet.workUntil(cause);
      caused.set(counted, (caused.get(counted) ?? 0) + 1);
      await readyAgain(product);
      expect({ kill, fault, wrong: await fleet.verdict() }).toEqual({ kill, fault, wrong: [] });
    }
    expect(await fleet.end()).toEqual([]);
    // Besides what was under way, each client may begin as much before it hears of the fault.
    expect(fleet.resent.again).toBeLessThanOrEqual(fleet.resent.flying + KILLS * fleet.mostAtOnce);
    process.stderr.write(`${KILLS} faults of PostgreSQL; ${fleet.summary}\n`);
  },
  60_000 + KILLS * 30_000,
);
