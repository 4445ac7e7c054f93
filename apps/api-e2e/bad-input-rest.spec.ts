import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { ApiDescription, type Route } from './support/api-description.js';
import { query } from './support/database.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { begin, postJson } from './support/rest.js';
import { Visitor } from './support/visitor.js';
import { wildRequests, type WildRequest } from './support/wild-requests.js';

/** Requests to each route; `STOWAGE_WILD_REQUESTS` sets another number. */
const REQUESTS = Number(process.env.STOWAGE_WILD_REQUESTS ?? 25);
/** After so many requests the server gets new things to be asked for. */
const FRESH_AFTER = 25;

const product = new Product({ env: { STOWAGE_IDLE_TIMEOUT: '2', LOG_LEVEL: 'warn' } });
const random = new Random('wild requests');
// The committed description, so that there is a test for each route; the server is asked for its own.
const committed = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as never;
const routes = new ApiDescription(committed).routes
  .map((route) => [`${route.method} ${route.path}`, route] as const)
  // What is there only before anybody has an account comes first.
  .sort(([, a], [, b]) => Number(b.path === '/api/setup') - Number(a.path === '/api/setup'));

let pid = 0;
let description: ApiDescription;
let ids: string[] = [];
let made = 0;
let isSetUp = false;

beforeAll(async () => {
  await product.start();
  pid = product.process.pid;
  description = await ApiDescription.of(product);
});
afterAll(() => product.dispose());

// Not that of the examples, which the requests are made from.
const PASSWORD = 'a seal on the balcony';
const maria = new Visitor(product);

/** From the second route on an admin asks, or most would only hear that they have to sign in. */
async function signIn(): Promise<void> {
  if (!(await maria.isLetIn())) {
    // The wild ones have guessed a lot.
    await query(product.databaseUrl, 'TRUNCATE sign_in_attempts');
    expect((await maria.signIn('Maria', PASSWORD)).status).toBe(200);
  }
  product.headers = maria.headers;
}

/** Uploads in every state, and files, under names of their own. */
async function refresh(): Promise<void> {
  const name = (): string => `wild ${++made}`;
  const chunked = await begin(product, { name: name(), length: 1_000, chunkSize: 100 });
  await chunked.chunk(0, Buffer.alloc(100));
  const open = await begin(product, { name: name(), length: null, chunkSize: 100 });
  const whole = await begin(product, { name: name(), length: 1_000 });
  const ended = await begin(product, { name: name(), length: 5 });
  await product.send(ended.path, { method: 'DELETE' });
  const empty = await postJson(product, '/api/uploads', { name: name(), length: 0 });
  const { upload, file } = JSON.parse(empty.text) as {
    readonly upload: { readonly id: string };
    readonly file?: { readonly id: string };
  };
  ids = [chunked.id, open.id, whole.id, ended.id, upload.id, ...(file === undefined ? [] : [file.id])];
}

/** A path that has become another one: its answer is that of another route. */
const ELSEWHERE = ['not-found', 'method-not-allowed'];

async function faultsOf(route: Route, { path, headers, body }: WildRequest): Promise<string[]> {
  const answer = await product.send(path, { method: route.method, headers, ...(body === null ? {} : { body }) });
  if (answer.status >= 500 && answer.status !== 503 && answer.status !== 507)
    return [`${answer.status} ${answer.text}`];
  if (answer.status >= 400 && route.method !== 'HEAD' && ELSEWHERE.includes(answer.problem.code) && path.includes('%'))
    return [];
  return description.faultsOf(answer, route);
}

describe('requests made from the description of the API', () => {
  it.each(routes)(
    '%s',
    async (_, route) => {
      if (route.path !== '/api/setup' && !isSetUp) isSetUp = (await maria.setUp('Maria', PASSWORD)).status === 200;
      let count = 0;
      const property = fc.asyncProperty(
        wildRequests(route, description.resolve, () => ids),
        async (make) => {
          if (count++ % FRESH_AFTER === 0) {
            if (route.path !== '/api/setup') await signIn();
            await refresh();
          }
          const request = make();
          const faults = await faultsOf(route, request);
          if (faults.length > 0) throw new Error(`${JSON.stringify(request)}\n${faults.join('\n')}`);
        },
      );
      await fc.assert(property, { numRuns: REQUESTS, seed: random.integer(2 ** 31), endOnFailure: true });
      expect([product.process.isRunning, product.process.pid]).toEqual([true, pid]);
      if (route.path !== '/api/setup') await signIn();
      await product.clear();
    },
    Math.max(60_000, REQUESTS * 200),
  );

  it('log no fault of the server', () => {
    expect(product.logs.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
