import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/database.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { Product } from '../support/product.js';
import { Random } from '../support/random.js';
import { begin } from '../support/rest.js';
import { until } from '../support/until.js';
import { FakeClock, FAKETIME } from './support/fake-clock.js';
import { Fleet } from './support/fleet.js';
import { report } from './support/report.js';
import { SlowWriter } from './support/slow-writer.js';
import { upkeepHasRun } from './support/upkeep.js';

/** Jumps of each clock. */
const JUMPS = Number(process.env.STOWAGE_CLOCK_JUMPS ?? 2);
const HOUR = 3600;
const DAY = 24 * HOUR;
/** Where a clock jumps to, in seconds from the time of the machine. */
const PLACES = [HOUR, -HOUR, 2 * DAY, -2 * DAY];

/**
 * The API's clock decides nothing, so it may be wrong by more than uploads live. What PostgreSQL's clock says is the time;
 * yet what it takes two days for would be over by itself after seven.
 */
const CLOCKS = [
  { whose: 'the API', jumps: 'apiClockJumps', expireAfter: HOUR },
  { whose: 'PostgreSQL', jumps: 'postgresClockJumps', expireAfter: 7 * DAY },
] as const;

const withClocks = FAKETIME === null ? describe.skip : describe;
const random = new Random('clock jumps');

withClocks.each(CLOCKS)('the clock of $whose jumps', ({ whose, jumps, expireAfter }) => {
  const clock = new FakeClock();
  const [ofApi, ofPostgres] = whose === 'the API' ? [clock.env, {}] : [{}, clock.env];
  const postgres = new OwnPostgres(ofPostgres);
  let product: Product;
  let fleet: Fleet;
  const done = { [jumps]: 0, wrongExpiries: 0, leaseThefts: 0 };
  beforeAll(async () => {
    await postgres.start();
    const env = { STOWAGE_EXPIRE_AFTER: String(expireAfter), ...ofApi };
    product = new Product({ database: postgres.url, env, understudy: true });
    await product.start();
    fleet = new Fleet(product, `clock of ${whose}`, 2);
  });
  afterAll(async () => {
    report({ ...done, ...fleet.counts });
    await product.dispose();
    await postgres.dispose();
    clock.dispose();
  });

  async function isNow(): Promise<boolean> {
    if (whose === 'the API') return clock.isNow(new Date((await product.send('/healthz')).headers.date ?? ''));
    const [row] = await query<{ now: Date }>(postgres.url, 'SELECT clock_timestamp() AS now');
    return row !== undefined && clock.isNow(row.now);
  }

  async function jump(to: number): Promise<void> {
    clock.set(to);
    await until(`the clock of ${whose} has jumped`, isNow);
    done[jumps] = (done[jumps] ?? 0) + 1;
    await upkeepHasRun(product);
  }

  it(
    `${JUMPS} times, and nothing expires that is in use or was used, and no writer loses its place`,
    async () => {
      const places = Array.from({ length: JUMPS }, () => PLACES).flatMap((all) => random.shuffled(all));
      const idle = await begin(product, { name: 'idle', length: 10 });
      for (const [index, to] of places.slice(0, JUMPS).entries()) {
        const content = random.bytes(200_000);
        fleet.oracle.begins(`slow ${index}`, content);
        const writer = await SlowWriter.begin(product, `slow ${index}`, content);
        await fleet.workUntil(() => jump(to));
        const { status, text } = await writer.goOn();
        if (status > 299) done.leaseThefts += 1;
        expect({ to, status, text: status > 299 ? text : '' }).toMatchObject({ to, text: '' });
        const { state } = (await idle.status()).upload;
        if (state !== 'receiving') done.wrongExpiries += 1;
        expect({ to, state }).toEqual({ to, state: 'receiving' });
        // Every job runs at a start as well, and what is open is looked at.
        await product.stop();
        await product.start();
        await upkeepHasRun(product);
        expect({ to, wrong: await fleet.verdict() }).toEqual({ to, wrong: [] });
      }
      clock.set(0);
      await until('it is right again', isNow);
      expect(await fleet.end()).toEqual([]);
    },
    60_000 + JUMPS * 60_000,
  );
});

withClocks('time that has passed by the clock of PostgreSQL alone', () => {
  const clock = new FakeClock();
  const postgres = new OwnPostgres(clock.env);
  let product: Product;
  beforeAll(async () => {
    await postgres.start();
    product = new Product({ database: postgres.url, env: { STOWAGE_EXPIRE_AFTER: String(DAY) } });
    await product.start();
  });
  afterAll(async () => {
    await product.dispose();
    await postgres.dispose();
    clock.dispose();
  });

  it('ends what nobody used in it, and not what is being written', async () => {
    const idle = await begin(product, { name: 'idle', length: 10 });
    const content = random.bytes(200_000);
    const writer = await SlowWriter.begin(product, 'slow', content);
    clock.set(2 * DAY);
    await until('it has expired', async () => (await idle.status()).upload.state === 'expired', 60_000);
    const answer = await writer.goOn();
    expect({ status: answer.status, text: answer.status > 299 ? answer.text : '' }).toMatchObject({ text: '' });
    await until('it is complete', async () => (await product.status(writer.id)).complete);
    const { file } = await product.status(writer.id);
    expect(await product.download(file?.id ?? '')).toEqual(content);
  });
});
