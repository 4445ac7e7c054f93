import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';
import { Timings } from './timings.js';

/** Lines that carry values, without those of the buckets. */
async function valuesOf(metrics: Metrics): Promise<string[]> {
  const text = await metrics.render();
  return text.split('\n').filter((line) => line !== '' && !/^#|_bucket\{/u.test(line));
}

describe('metrics', () => {
  it('count requests by route, method and status, and keep their times', async () => {
    const metrics = new Metrics();
    const request = { route: '/api/files/:id', method: 'GET', status: 200, seconds: 0.5 };
    metrics.requestEnded(request);
    metrics.requestEnded(request);
    metrics.requestEnded({ ...request, status: 404 });
    const lines = await valuesOf(metrics);
    expect(lines).toEqual(
      expect.arrayContaining([
        'stowage_http_requests_total{route="/api/files/:id",method="GET",status="200"} 2',
        'stowage_http_requests_total{route="/api/files/:id",method="GET",status="404"} 1',
        'stowage_http_request_duration_seconds_sum{route="/api/files/:id",method="GET"} 1.5',
        'stowage_http_request_duration_seconds_count{route="/api/files/:id",method="GET"} 3',
      ]),
    );
  });

  it('keep the times of work, whether it succeeds or not', async () => {
    const metrics = new Metrics();
    const timings = new Timings((name, seconds) => metrics.timed(name, seconds));
    expect(await timings.measure('sync', async () => 7)).toBe(7);
    await expect(timings.measure('chunk_commit', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    timings.observe('completion_commit', 2);
    expect(await valuesOf(metrics)).toEqual(
      expect.arrayContaining([
        'stowage_sync_duration_seconds_count 1',
        'stowage_chunk_commit_duration_seconds_count 1',
        'stowage_completion_commit_duration_seconds_sum 2',
      ]),
    );
  });

  it('show what is read when somebody looks', async () => {
    const metrics = new Metrics();
    let value = 3;
    metrics.addCounter('seen_total', 'h', () => value);
    metrics.addGauge('seen', 'h', () => value);
    expect(await valuesOf(metrics)).toEqual(expect.arrayContaining(['seen_total 3', 'seen 3']));
    value = 2;
    expect(await valuesOf(metrics)).toEqual(expect.arrayContaining(['seen_total 2', 'seen 2']));
  });

  it('leave out what cannot be had, and show the rest', async () => {
    const metrics = new Metrics();
    const kinds = [
      { name: 'files', help: 'h' },
      { name: 'uploads', help: 'h', label: 'state' },
    ];
    metrics.addSampled(kinds, () => Promise.resolve({ files: 5, uploads: { receiving: 1, completing: 0 } }));
    expect(await valuesOf(metrics)).toEqual(
      expect.arrayContaining([
        'stowage_files 5',
        'stowage_uploads{state="receiving"} 1',
        'stowage_uploads{state="completing"} 0',
      ]),
    );
    const failing = new Metrics();
    failing.addSampled(kinds, () => Promise.reject(new Error('the database is away')));
    failing.addGauge('there', 'h', () => 1);
    const lines = await valuesOf(failing);
    expect(lines).toContain('there 1');
    expect(lines.filter((line) => /^stowage_(files|uploads)/u.test(line))).toEqual([]);
  });

  it('of one process are not those of another in the same program', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.addGauge('mine', 'h', () => 1);
    expect(await valuesOf(other)).not.toContain('mine 1');
  });
});
