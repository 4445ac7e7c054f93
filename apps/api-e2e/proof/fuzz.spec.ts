// Requests with something about them wrong: 0 ends of the process, 0 faults of the server, no late answer, nothing left over.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiDescription } from '../support/api-description.js';
import { balanced } from '../support/conservation.js';
import { query } from '../support/database.js';
import { DropzoneUpload } from '../support/dropzone.js';
import { Product } from '../support/product.js';
import { Random, SEED } from '../support/random.js';
import { Visitor } from '../support/visitor.js';
import { Campaign } from './fuzz/campaign.js';
import { keptCases } from './fuzz/found.js';
import { caseOf } from './fuzz/fuzz-case.js';
import { bytesOf } from './fuzz/request.js';
import { routeSeeds } from './fuzz/route-seeds.js';
import { MARIAS, WIRE_SEEDS, type Seed } from './fuzz/seeds.js';
import { slope, Watch } from './fuzz/watch.js';
import { ADMIN_TOKEN } from './fuzz/world.js';
import { report } from './support/report.js';

/** 100,000 for the figures of docs/evidence. */
const REQUESTS = Number(process.env.STOWAGE_FUZZ ?? 1_500);
/** The first one, to send a part of a campaign again. */
const FIRST = Number(process.env.STOWAGE_FUZZ_FROM ?? 0);
/** Requests between two looks at what the server holds. */
const ROUND = Math.min(5_000, Math.ceil(REQUESTS / 3));
/** Bytes that each request may leave in memory, where there are enough of them to tell. */
const MOST_SLOPE = 32;

const product = new Product({
  env: {
    STOWAGE_ADMIN_TOKEN: ADMIN_TOKEN,
    STOWAGE_IDLE_TIMEOUT: '1',
    LOG_LEVEL: 'warn',
    STOWAGE_MAX_CHUNK_REQUESTS: '256',
  },
});
const watch = new Watch(product);
let seeds: readonly Seed[] = [];
let campaign: Campaign;
let pid = 0;

beforeAll(async () => {
  await product.start(Watch.env(product.folder));
  pid = product.process.pid;
  expect((await new Visitor(product).setUp('Maria', MARIAS)).status).toBe(200);
  product.headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  seeds = [...WIRE_SEEDS, ...routeSeeds((await ApiDescription.of(product)).routes)];
  campaign = new Campaign(product, seeds);
});
afterAll(() => {
  report({
    requests: campaign.sent,
    otherFaults: campaign.faults.length,
    peakAnswerMs: Math.round(campaign.slowest.ms),
  });
  return product.dispose();
});

/** Guesses are counted: without this, soon every request with a password would only hear that there were too many. */
async function forgetGuesses(): Promise<void> {
  await query(product.databaseUrl, 'TRUNCATE sign_in_attempts');
}

function errorsLogged(): unknown[] {
  return product.logs.lines.filter(({ level }) => level === 'error');
}

describe('requests with something about them wrong', () => {
  it('begin with valid ones that reach every route', async () => {
    for (const [index, { name, request }] of seeds.entries()) {
      const fuzzCase = { index, origin: name, bytes: bytesOf(request), cuts: [], ending: 'wait', answers: 1 } as const;
      let kind = await campaign.send(fuzzCase);
      // One before it may have signed out.
      if (kind === '401') kind = await campaign.renew().send(fuzzCase);
      expect([name, kind]).toEqual([name, expect.not.stringMatching(/^(closed|401|405)$/u)]);
    }
    expect(campaign.faults).toEqual([]);
  });

  it('are the same for the same seed, whatever was sent before', () => {
    expect(caseOf(FIRST + 7, seeds)).toEqual(caseOf(FIRST + 7, seeds));
    expect(caseOf(FIRST + 7, seeds).bytes.equals(caseOf(FIRST + 8, seeds).bytes)).toBe(false);
  });

  it('are answered well where they once were not', async () => {
    for (const [, kept] of keptCases()) await campaign.send(kept);
    expect(campaign.faults).toEqual([]);
  });

  it(
    `end no process and leave nothing, ${REQUESTS} of them`,
    async () => {
      const points: (readonly [number, number])[] = [];
      const from = performance.now();
      await campaign.run(FIRST, FIRST + 300);
      await watch.quiet();
      const descriptors = watch.descriptors();
      for (let at = 0; at < REQUESTS && campaign.faults.length === 0; at += ROUND) {
        await forgetGuesses();
        await campaign.run(FIRST + at, FIRST + Math.min(REQUESTS, at + ROUND));
        await watch.quiet();
        points.push([campaign.sent, (await watch.held()).bytes]);
        expect(await watch.leakedSince(descriptors)).toEqual([]);
      }
      const seconds = (performance.now() - from) / 1000;
      const perRequest = slope(points.slice(1));
      process.stderr.write(
        `${campaign.sent} requests in ${seconds.toFixed(1)} s (${Math.round(campaign.sent / seconds)}/s), seed ${SEED}: ` +
          `${JSON.stringify(Object.fromEntries([...campaign.kinds].sort()))}, slowest answer ${Math.round(campaign.slowest.ms)} ms ` +
          `(${campaign.slowest.index}), ${perRequest.toFixed(1)} bytes held more for each request\n`,
      );
      if (campaign.faults.length > 0) process.stderr.write(`smallest: ${await campaign.smallest()}\n`);
      expect(campaign.faults).toEqual([]);
      if (points.length > 5) expect(perRequest).toBeLessThan(MOST_SLOPE);
    },
    120_000 + REQUESTS * 50,
  );

  it('leave the books balanced, the process the same, and an upload of somebody else as good as ever', async () => {
    expect([product.process.isRunning, product.process.pid]).toEqual([true, pid]);
    expect(errorsLogged()).toEqual([]);
    expect(await balanced(product)).toEqual([]);
    const content = new Random('fuzz upload').bytes(250_000);
    const upload = new DropzoneUpload(product, { name: 'afterwards.bin', content, chunkSize: 100_000 });
    const file = await upload.complete(3);
    expect((await product.download(file.id)).equals(content)).toBe(true);
  });
});
