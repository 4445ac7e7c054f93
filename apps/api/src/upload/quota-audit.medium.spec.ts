import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { migratedDatabase } from '../../test/test-database.js';
import { testLog, type LogLine } from '../../test/test-log.js';
import { begun, ledgerOf, planOf } from '../../test/upload-plans.js';
import { SpaceQuota } from '../entries/space-quota.js';
import { parseConfiguration } from '../platform/config/configuration.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { QuotaAudit } from './quota-audit.js';

/* Real: PostgreSQL. */

let database: DataSource;
let audit: QuotaAudit;
let metrics: Metrics;
let log: readonly LogLine[];
let jobs: JobRunner;

beforeAll(async () => {
  database = await migratedDatabase();
});

beforeEach(async () => {
  await database.query(`DELETE FROM uploads; DELETE FROM upload_owners`);
  await database.query(`UPDATE spaces SET used_bytes = 0, reserved_bytes = 0`);
  const configuration = parseConfiguration({ DATABASE_URL: 'postgres://unused' });
  const { logger, lines } = testLog();
  log = lines;
  metrics = new Metrics();
  jobs = new JobRunner(configuration, logger);
  audit = new QuotaAudit(database, new SpaceQuota(database, configuration), jobs, metrics, logger);
});

afterAll(() => database.destroy());

async function begin(): Promise<void> {
  const [space] = await database.query<[{ id: string }]>(`SELECT id FROM spaces`);
  await begun(ledgerOf(database), planOf(space.id));
}

describe('the audit', () => {
  it('is a job of every day', () => {
    expect(audit).toMatchObject({ name: 'quota-audit', everySeconds: 86_400 });
    expect(() => jobs.register(audit)).toThrow();
  });

  it('finds nothing where nothing is wrong, touches nothing and says nothing', async () => {
    await begin();
    const versions = () => database.query(`SELECT xmin FROM spaces UNION ALL SELECT xmin FROM upload_owners`);
    const before: unknown = await versions();
    expect(await audit.recompute()).toEqual({ bytes: 0, uploads: 0 });
    expect(await versions()).toEqual(before);
    expect(log).toEqual([]);
  });

  it('puts right one wrong figure alone, of either kind', async () => {
    await begin();
    await database.query(`UPDATE spaces SET reserved_bytes = 50`);
    expect(await audit.recompute()).toEqual({ bytes: 10, uploads: 0 });
    await database.query(`UPDATE upload_owners SET open_uploads = 4`);
    expect(await audit.recompute()).toEqual({ bytes: 0, uploads: 3 });
    expect(await audit.drift()).toEqual({ bytes: 0, uploads: 0 });
    expect(log.map(({ level, bytes, uploads, msg }) => ({ level, bytes, uploads, msg }))).toEqual([
      { level: 'error', bytes: 10, uploads: 0, msg: 'figures of the quota were wrong and are put right' },
      { level: 'error', bytes: 0, uploads: 3, msg: 'figures of the quota were wrong and are put right' },
    ]);
  });

  it('counts no open upload of an owner who has none', async () => {
    await database.query(`INSERT INTO upload_owners (owner, open_uploads) VALUES ('somebody', 2)`);
    await audit.run();
    expect(await database.query(`SELECT owner, open_uploads FROM upload_owners`)).toEqual([
      { owner: 'somebody', open_uploads: 0 },
    ]);
  });
});

describe('the metrics of the quota', () => {
  it('tell what is used and reserved, and what the last look found wrong', async () => {
    await begin();
    expect(await metrics.render()).toContain('\nstowage_quota_drift_bytes 0\n');
    await database.query(`UPDATE upload_owners SET open_uploads = 4`);
    await audit.run();
    expect(await metrics.render()).toContain('\nstowage_quota_drift_bytes 3\n');
    await database.query(`UPDATE spaces SET used_bytes = 7`);
    await audit.run();
    const text = await metrics.render();
    expect(text).toContain('\nstowage_quota_drift_bytes 7\n');
    expect(text).toContain('\nstowage_space_used_bytes 0\n');
    expect(text).toContain('\nstowage_space_reserved_bytes 60\n');
    expect(text).toContain('# HELP stowage_space_used_bytes Bytes of files, each with its full size.');
  });
});
