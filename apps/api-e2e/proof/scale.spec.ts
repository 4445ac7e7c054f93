import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uploadResultSchema } from '@stowage/contract';
import { query } from '../support/database.js';
import { Product } from '../support/product.js';
import { begin, type RestUpload } from '../support/rest.js';
import { atOnce, until } from '../support/until.js';
import { costsOf, median, type Costs } from './support/costs.js';

/** `STOWAGE_SCALE=full` for the figures of docs/evidence/engine.md; they want a machine with nothing else to do. */
const FULL = process.env.STOWAGE_SCALE === 'full';
const [CHUNKS, WINDOW, WINDOWS, ENDED] = FULL ? [100_000, 100, 10, 1_000_000] : [3_000, 50, 4, 30_000];
/** What a run beside others can promise without failing for no reason; a cost that grows with the file is far above. */
const MOST = FULL ? 1.15 : 2.5;
const CHUNK = 1024;
const CONNECTIONS = 8;

const products: Product[] = [];
afterAll(async () => {
  for (const product of products) await product.dispose();
});

async function started(): Promise<Product> {
  const product = new Product({ env: { LOG_LEVEL: 'info' } });
  products.push(product);
  await product.start();
  return product;
}

function bytes(index: number): Buffer {
  return Buffer.alloc(CHUNK, createHash('sha256').update(String(index)).digest());
}

/** Sends chunks from one to another; all are accepted. */
async function sendChunks(upload: RestUpload, from: number, to: number, connections = CONNECTIONS): Promise<void> {
  const tasks = Array.from({ length: to - from }, (_, at) => async () => {
    const { status } = await upload.chunk(from + at, bytes(from + at));
    if (status > 202) throw new Error(`chunk ${from + at}: ${status}`);
  });
  await atOnce(connections, tasks);
}

const beginLong = (product: Product, name: string) =>
  begin(product, { name, length: CHUNKS * CHUNK, chunkSize: CHUNK });

/** How much more the second of each pair cost: the median over all pairs, of each kind of cost. */
function ratios(pairs: readonly (readonly [Costs, Costs])[]): { cpu: number; database: number; ms: number } {
  const total = ({ api, database }: Costs) => api + database;
  const ratio = (cost: (costs: Costs) => number) => median(pairs.map(([a, b]) => cost(b) / Math.max(1, cost(a))));
  return { cpu: ratio(total), database: ratio(({ database }) => database), ms: ratio(({ ms }) => ms) };
}

function say(what: string, values: object): void {
  process.stderr.write(
    `${what}: ${JSON.stringify(values, (_, v: unknown) => (typeof v === 'number' ? Number(v.toFixed(3)) : v))}\n`,
  );
}

describe(`a file of ${CHUNKS} chunks`, () => {
  let product: Product;
  let upload: RestUpload;
  const measured = WINDOW * WINDOWS;
  beforeAll(async () => {
    product = await started();
    upload = await beginLong(product, 'long.bin');
  });

  it(
    'costs the same at its end as another one at its beginning',
    async () => {
      // More at once than is measured: it only has to be there.
      await sendChunks(upload, 0, CHUNKS - measured - 1, 4 * CONNECTIONS);
      const fresh = await beginLong(product, 'fresh.bin');
      const pairs: [Costs, Costs][] = [];
      for (let window = 0; window < WINDOWS; window++) {
        const at = window * WINDOW;
        const first = () => costsOf(product, () => sendChunks(fresh, at, at + WINDOW));
        const from = CHUNKS - measured - 1 + at;
        const last = () => costsOf(product, () => sendChunks(upload, from, from + WINDOW));
        // Turn by turn: what comes second finds everything warm.
        if (window % 2 === 0) pairs.push([await first(), await last()]);
        else {
          const late = await last();
          pairs.push([await first(), late]);
        }
      }
      const found = ratios(pairs);
      say(`the last ${measured} of ${CHUNKS} chunks against the first`, found);
      expect(found.cpu).toBeLessThanOrEqual(MOST);
    },
    CHUNKS * 60 + 60_000,
  );

  it('goes on after a kill, within five seconds, and becomes a file', async () => {
    await product.kill();
    const startedAt = performance.now();
    await product.start();
    const seconds = (performance.now() - startedAt) / 1000;
    const asked = performance.now();
    const { missing } = await upload.status();
    say('a start with the file', { seconds, statusMs: performance.now() - asked });
    expect(missing).toEqual([{ start: (CHUNKS - 1) * CHUNK, end: CHUNKS * CHUNK }]);
    expect(seconds).toBeLessThanOrEqual(FULL ? 5 : 30);

    const completing = performance.now();
    const answer = await upload.chunk(CHUNKS - 1, bytes(CHUNKS - 1));
    expect(answer.status).toBeLessThanOrEqual(202);
    await until('the file is there', async () => (await upload.status()).complete, 120_000);
    say('completion', { ms: performance.now() - completing });
    const hash = createHash('sha256');
    for (let index = 0; index < CHUNKS; index++) hash.update(bytes(index));
    const { file } = (await product.send(upload.path)).as(uploadResultSchema);
    expect(file).toMatchObject({ size: CHUNKS * CHUNK, sha256: hash.digest('hex') });
  }, 300_000);
});

/** Uploads that have ended, put where years would have put them. */
async function fill(product: Product): Promise<void> {
  await query(
    product.databaseUrl,
    `INSERT INTO uploads (id, space_id, owner, client_key, state, length, received, name, path, media_type, created_at,
       updated_at, ended_at, remains)
     SELECT lpad('ended' || i, 22, '0'), s.id, 'built-in', 'ended' || i, 'complete', 1000, 1000, 'x', '', 'text/plain',
       now() - i * interval '1 second', now(), now(), false
     FROM spaces s, generate_series(1, ${ENDED}) i`,
  );
  await query(product.databaseUrl, 'ANALYZE');
}

describe(`beside ${ENDED} finished uploads`, () => {
  it('a chunk, a status and a list cost what they cost without them', async () => {
    const [empty, full] = [await started(), await started()];
    await fill(full);
    const uploads = [await beginLong(empty, 'a.bin'), await beginLong(full, 'a.bin')] as const;
    // The same few unfinished uploads on both sides: what a list shows costs something as well.
    for (const product of [empty, full]) {
      for (let index = 0; index < 30; index++) await begin(product, { name: `open ${index}`, length: 1 });
    }
    const ask = (product: Product, path: string) =>
      atOnce(
        CONNECTIONS,
        Array.from({ length: WINDOW }, () => () => product.send(path)),
      );
    const kinds = {
      chunk: (side: 0 | 1, window: number) => sendChunks(uploads[side], window * WINDOW, (window + 1) * WINDOW),
      status: (side: 0 | 1) => ask(side === 0 ? empty : full, uploads[side].path),
      list: (side: 0 | 1) => ask(side === 0 ? empty : full, '/api/uploads?state=receiving,completing'),
    };
    for (const [kind, work] of Object.entries(kinds)) {
      const pairs: [Costs, Costs][] = [];
      // Two windows for nothing: what is compiled and cached at first is no cost of the rows.
      for (let window = 0; window < WINDOWS + 2; window++) {
        const alone = await costsOf(empty, () => work(0, window));
        const beside = await costsOf(full, () => work(1, window));
        if (window >= 2) pairs.push([alone, beside]);
      }
      const found = ratios(pairs);
      say(`${kind} beside ${ENDED} finished uploads`, found);
      expect(found.cpu).toBeLessThanOrEqual(MOST);
    }
  }, 600_000);
});
