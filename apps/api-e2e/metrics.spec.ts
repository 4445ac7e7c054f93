import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbeddedPostgres } from '../../tools/postgres/embedded-postgres.mjs';
import { freshDatabase, query } from './support/database.js';
import { DropzoneUpload, resultOf } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { Samples, samplesOf } from './support/samples.js';
import { until } from './support/until.js';

const random = new Random('metrics');
const MIB = 1024 * 1024;

function newUpload(product: Product): DropzoneUpload {
  return new DropzoneUpload(product, { name: `${random.uuid()}.bin`, content: random.bytes(3 * MIB), chunkSize: MIB });
}

describe('the metrics', () => {
  let database: string;
  let product: Product;
  beforeAll(async () => {
    database = await freshDatabase();
    product = new Product({ database });
    await product.start();
  });
  afterAll(() => product.dispose());

  /** Facts of the database are up to 5 s old. */
  async function eventually(what: string, holds: (samples: Samples) => boolean): Promise<void> {
    await until(what, async () => holds(await samplesOf(product)));
  }

  it('are these, with these labels', async () => {
    await newUpload(product).complete();
    const samples = await samplesOf(product);
    expect([...samples.kinds].sort()).toEqual(KINDS);
    const shapes = samples.labelled.filter((shape) => !/_bucket\{/u.test(shape));
    expect(shapes.filter((shape) => !shape.endsWith('{}'))).toEqual([
      'stowage_http_request_duration_seconds_count{route,method}',
      'stowage_http_request_duration_seconds_sum{route,method}',
      'stowage_http_requests_total{route,method,status}',
      'stowage_jobs{state}',
      'stowage_uploads_held_bytes{state}',
      'stowage_uploads_open{state}',
    ]);
  });

  it('can be read by Prometheus, and are never kept', async () => {
    const answer = await product.send('/metrics');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    });
  });

  it('count requests by their route and never by their address', async () => {
    const secret = random.uuid().replaceAll('-', '');
    const before = await samplesOf(product);
    for (const path of [`/api/files/${secret}`, `/${secret}`, `/api/uploads/${secret}?x=${secret}`]) {
      expect((await product.send(path)).status).toBe(404);
    }
    expect((await product.send('/healthz')).status).toBe(200);
    const after = await samplesOf(product);
    expect(after.text).not.toContain(secret);
    const risen = (labels: string) =>
      (after.of('stowage_http_requests_total', labels) ?? 0) - (before.of('stowage_http_requests_total', labels) ?? 0);
    expect(risen('route="/api/files/:id",method="GET",status="404"')).toBe(1);
    expect(risen('route="/api/uploads/:id",method="GET",status="404"')).toBe(1);
    expect(risen('route="none",method="GET",status="404"')).toBe(1);
    expect(risen('route="/healthz",method="GET",status="200"')).toBe(1);
    expect(after.of('stowage_http_request_duration_seconds_count', 'route="/healthz"')).toBeGreaterThan(0);
  });

  it('move when bytes come, are synced and kept', async () => {
    const before = await samplesOf(product);
    const upload = newUpload(product);
    resultOf(await upload.send(0));
    resultOf(await upload.send(1));
    const risen = (name: string, after: Samples) => (after.of(name) ?? NaN) - (before.of(name) ?? NaN);

    const after = await samplesOf(product);
    expect(risen('stowage_received_bytes_total', after)).toBeGreaterThan(2 * MIB);
    expect(risen('stowage_received_bytes_total', after)).toBeLessThan(2.1 * MIB);
    expect(risen('stowage_sync_duration_seconds_count', after)).toBeGreaterThanOrEqual(2);
    expect(risen('stowage_chunk_commit_duration_seconds_count', after)).toBe(2);
    await eventually('the upload is seen', (samples) => samples.of('stowage_uploads_open', 'state="receiving"') === 1);
    await eventually('its bytes are seen', (samples) => samples.of('stowage_uploads_held_bytes') === 2 * MIB);

    const file = await upload.complete();
    await product.download(file.id);
    await eventually('the file is seen', (samples) => risen('stowage_files', samples) === 1);
    const stored = await samplesOf(product);
    expect(risen('stowage_sent_bytes_total', stored)).toBeGreaterThan(3 * MIB);
    expect(risen('stowage_completion_commit_duration_seconds_count', stored)).toBe(1);
    expect([risen('stowage_blobs', stored), risen('stowage_blobs_bytes', stored)]).toEqual([1, 3 * MIB]);
    await eventually('no upload is open', (samples) => samples.of('stowage_uploads_open') === 0);
  });

  it('tell of bytes that are not what they should be', async () => {
    expect((await samplesOf(product)).of('stowage_blobs_damaged')).toBe(0);
    await query(database, `UPDATE blobs SET damage = 'missing', damaged_at = now()`);
    await eventually('they are counted', (samples) => (samples.of('stowage_blobs_damaged') ?? 0) > 0);
  });

  it('show the process as it is', async () => {
    const samples = await samplesOf(product);
    const started = samples.of('process_start_time_seconds') ?? 0;
    expect(Math.abs(Date.now() / 1000 - started)).toBeLessThan(3_600);
    expect(samples.of('process_resident_memory_bytes')).toBeGreaterThan(20 * MIB);
    expect(samples.of('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(samples.of('process_open_fds')).toBeGreaterThan(5);
    for (const which of ['p50', 'p99', 'max']) {
      expect(samples.of(`stowage_event_loop_lag_${which}_seconds`)).toBeGreaterThanOrEqual(0);
    }
    expect(samples.of('stowage_request_slots_free')).toBe(64);
    expect(samples.of('stowage_requests_waiting')).toBe(0);
    expect(samples.of('stowage_jobs', 'state="waiting"')).toBeGreaterThanOrEqual(0);
    expect(samples.of('stowage_volume_free_bytes')).toBeGreaterThan(MIB);
  });
});

it('with a token, the metrics are for those who have it', async () => {
  const token = 'a-token-of-thirty-two-characters';
  const product = new Product({ env: { STOWAGE_ADMIN_TOKEN: token } });
  await product.start();
  try {
    expect((await product.send('/metrics')).status).toBe(401);
    const answer = await product.send('/metrics', { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, new Samples(answer.text).of('process_open_fds')]).toEqual([200, expect.any(Number)]);
  } finally {
    await product.dispose();
  }
});

it('while the database is away, the metrics are there without what it knows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-e2e-'));
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const product = new Product({ database: postgres.url });
  await product.start();
  try {
    expect((await samplesOf(product)).of('stowage_files')).toBe(0);
    await postgres.stop();
    // On a slow machine a statement may have taken so long that its facts are used for a while.
    const leftOut = async () => (await samplesOf(product)).of('stowage_files') === null;
    await until('its facts are left out', leftOut, 60_000);
    const samples = await samplesOf(product);
    expect(samples.of('stowage_volume_free_bytes')).toBeGreaterThan(0);
    expect(samples.of('process_open_fds')).toBeGreaterThan(0);
  } finally {
    await product.dispose();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

const KINDS = [
  'process_cpu_seconds_total counter',
  'process_heap_bytes gauge',
  'process_open_fds gauge',
  'process_resident_memory_bytes gauge',
  'process_start_time_seconds gauge',
  'stowage_blobs gauge',
  'stowage_blobs_bytes gauge',
  'stowage_blobs_damaged gauge',
  'stowage_chunk_commit_duration_seconds histogram',
  'stowage_completion_commit_duration_seconds histogram',
  'stowage_connections gauge',
  'stowage_event_loop_lag_max_seconds gauge',
  'stowage_event_loop_lag_p50_seconds gauge',
  'stowage_event_loop_lag_p99_seconds gauge',
  'stowage_files gauge',
  'stowage_http_request_duration_seconds histogram',
  'stowage_http_requests_in_progress gauge',
  'stowage_http_requests_total counter',
  'stowage_jobs gauge',
  'stowage_quota_drift_bytes gauge',
  'stowage_received_bytes_total counter',
  'stowage_request_slots_free gauge',
  'stowage_requests_waiting gauge',
  'stowage_sent_bytes_total counter',
  'stowage_space_reserved_bytes gauge',
  'stowage_space_used_bytes gauge',
  'stowage_sync_duration_seconds histogram',
  'stowage_uploads_held_bytes gauge',
  'stowage_uploads_open gauge',
  'stowage_volume_free_bytes gauge',
  'stowage_volume_free_inodes gauge',
  'stowage_volume_size_bytes gauge',
];
