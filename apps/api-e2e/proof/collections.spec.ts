import { utimesSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { balanced } from '../support/conservation.js';
import { DropzoneUpload, resultOf } from '../support/dropzone.js';
import { Product } from '../support/product.js';
import { Random, sha256 } from '../support/random.js';
import { until } from '../support/until.js';
import { report } from './support/report.js';

const DAY_MS = 24 * 3600 * 1000;

const product = new Product();
const random = new Random('collections');
beforeAll(() => product.start());
afterAll(async () => {
  report({ collections });
  await product.dispose();
});

/** Times that every job has run. */
let collections = 0;

function newUpload(name: string): DropzoneUpload {
  return new DropzoneUpload(product, { name, content: random.bytes(300_000), chunkSize: 100_000 });
}

async function query<T extends object>(sql: string): Promise<T[]> {
  const database = new Client({ connectionString: product.databaseUrl });
  await database.connect();
  try {
    return (await database.query<T>(sql)).rows;
  } finally {
    await database.end();
  }
}

/** Starts the product again, and waits until every job has run once since. */
async function restartAndCollect(): Promise<void> {
  const [now] = await query<{ now: string }>(`SELECT now()::text AS now`);
  await product.start();
  await until(
    'every job has run',
    async () => {
      const waiting = await query(
        `SELECT name FROM pgboss.queue q WHERE NOT EXISTS (SELECT 1 FROM pgboss.job j
       WHERE j.name = q.name AND j.state = 'completed' AND j.started_on > '${now?.now ?? ''}')`,
      );
      return waiting.length === 0;
    },
    90_000,
  );
  collections += 1;
}

it('what nobody has touched for a month keeps its bytes, for as long as its row does', async () => {
  const open = newUpload('open');
  const [answer] = await open.sendAll([0, 2]);
  const { id } = resultOf(answer ?? (await open.send(0))).upload;
  const done = newUpload('done');
  const file = await done.complete();
  await product.stop();
  for (const { path } of [...product.staged, ...product.blobs]) {
    const then = new Date(Date.now() - 31 * DAY_MS);
    utimesSync(path, then, then);
  }

  for (let round = 0; round < 2; round++) {
    await restartAndCollect();
    expect((await product.status(id)).upload.state).toBe('receiving');
    expect(await balanced(product, 1_000)).toEqual([]);
    if (round === 0) await product.stop();
  }
  expect((await open.complete()).sha256).toBe(sha256(open.source.content as Buffer));
  expect(sha256(await product.download(file.id))).toBe(sha256(done.source.content as Buffer));
});

it('what has expired by the clock of the database goes, and nothing else', async () => {
  const [late, other] = [newUpload('late'), newUpload('other')];
  const { upload } = resultOf(await late.send(0));
  await other.send(0);
  await query(`UPDATE uploads SET expires_at = now() - interval '1 s' WHERE id = '${upload.id}'`);
  await product.stop();
  await restartAndCollect();

  await until('it has expired', async () => (await product.status(upload.id)).upload.state === 'expired');
  const refused = await late.send(1);
  expect(refused.status).toBe(410);
  expect(refused.problem.code).toBe('upload-expired');
  await product.stop();
  await restartAndCollect();
  expect(await balanced(product)).toEqual([]);
  expect(product.staged).toHaveLength(1);
  expect((await other.complete()).sha256).toBe(sha256(other.source.content as Buffer));
});
