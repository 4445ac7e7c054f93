import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freshDatabase } from '../support/database.js';
import { type Commit, PostgresProxy, type Fate } from '../support/postgres-proxy.js';
import { Product } from '../support/product.js';
import { until } from '../support/until.js';
import { Fleet } from './support/fleet.js';
import { report } from './support/report.js';

/** Commits to lose at moments that the seed chooses. */
const LOSSES = Number(process.env.STOWAGE_LOST_COMMITS ?? 12);
/** One commit in so many is lost. */
const ONE_IN = 12;
/** Commits of each kind that are lost one after the other. */
const OF_EACH_KIND = 3;

let proxy: PostgresProxy;
let product: Product;
let fleet: Fleet;
beforeAll(async () => {
  const database = await freshDatabase();
  proxy = new PostgresProxy(Number(new URL(database).port));
  product = new Product({ database: await proxy.start(database) });
  await product.start();
  fleet = new Fleet(product, 'lost commits', 4);
});
afterAll(async () => {
  report({ commitsWithUnknownResult: proxy.lost, ...fleet.counts });
  await product.dispose();
  await proxy.close();
});

/** What a commit changes, without its values: `UPDATE uploads`. */
function kindOf({ statements }: Commit): string {
  const changes = statements.join('\n').matchAll(/\b(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)/gu);
  return [...new Set(Array.from(changes, ([change]) => change))].join(', ');
}

async function expectAllWell(): Promise<void> {
  proxy.decide = () => 'pass';
  await until('it is ready', async () => (await product.send('/readyz')).status === 200);
  expect(await fleet.verdict()).toEqual([]);
}

it(
  `the answers of ${LOSSES} commits are lost, and no byte, and no file is made twice`,
  async () => {
    while (proxy.lost < LOSSES) {
      await fleet.workUntil(async () => {
        proxy.decide = () => (fleet.draw(ONE_IN) === 0 ? 'lose the answer' : 'pass');
        const enough = proxy.lost + 3;
        await until('some are lost', () => proxy.lost >= enough);
        proxy.decide = () => 'pass';
      });
      await expectAllWell();
    }
  },
  600_000 + LOSSES * 2_000,
);

it.each<Exclude<Fate, 'pass'>>(['lose the answer', 'lose the request'])(
  'every kind of commit, three times: %s',
  async (fate) => {
    const seen = new Map<string, number>();
    proxy.decide = (commit) => {
      const kind = kindOf(commit);
      const times = (seen.get(kind) ?? 0) + 1;
      seen.set(kind, times);
      return times > OF_EACH_KIND ? 'pass' : fate;
    };
    for (let round = 0; round < 3; round++) await fleet.workUntil(() => Promise.resolve());
    await expectAllWell();
    expect(seen.size).toBeGreaterThan(4);
  },
  120_000,
);

it('everything comes to its end, and nothing is left over', async () => {
  expect(await fleet.end()).toEqual([]);
  process.stderr.write(`${proxy.lost} commits with an unknown result; ${fleet.summary}\n`);
});
