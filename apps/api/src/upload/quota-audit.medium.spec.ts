import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, EntityManager } from 'typeorm';
import { until } from '../../test/sending.js';
import { migratedDatabase } from '../../test/test-database.js';
import { testLog, type LogLine } from '../../test/test-log.js';
import { begun, chunkLedgerOf, ledgerOf, planOf, recorded } from '../../test/upload-plans.js';
import { SpaceQuota } from '../spaces/space-quota.js';
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

describe('figures that are put right beside a transaction which has counted and not yet committed', () => {
  /** Works on the database, but commits only when it is let. */
  function heldUp(work: (database: DataSource) => Promise<unknown>) {
    let commit: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (commit = resolve));
    let done: Promise<unknown> = Promise.resolve();
    const worked = new Promise<void>((resolve) => {
      const transaction = (inside: (manager: EntityManager) => Promise<unknown>) =>
        database.transaction(async (manager) => {
          const result = await inside(manager);
          resolve();
          await gate;
          return result;
        });
      done = work(Object.create(database, { transaction: { value: transaction } }) as DataSource);
    });
    return { worked, commit: () => (commit(), done) };
  }

  const somebodyWaits = async () =>
    (
      await database.query<unknown[]>(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
    ).length > 0;

  const spaceOf = async () => (await database.query<[{ id: string }]>(`SELECT id FROM spaces`))[0].id;

  it('are right when it has committed, which counted another upload of the owner', async () => {
    const plan = planOf(await spaceOf(), { length: null, chunkSize: null });
    await begin();
    await database.query(`DELETE FROM upload_owners`);
    const held = heldUp((slow) => ledgerOf(slow).create(plan, null));
    await held.worked;
    const repair = audit.recompute();
    await until(somebodyWaits);
    await held.commit();
    expect(await repair).toEqual({ bytes: 0, uploads: 1 });
    expect(await audit.drift()).toEqual({ bytes: 0, uploads: 0 });
  });

  it('are right when it has committed, which reserved what came', async () => {
    const { id } = await begun(ledgerOf(database), planOf(await spaceOf(), { length: null, chunkSize: null }));
    await database.query(`UPDATE spaces SET used_bytes = 7`);
    const held = heldUp((slow) => recorded(chunkLedgerOf(slow), id, 0, 50));
    await held.worked;
    const repair = audit.recompute();
    await until(somebodyWaits);
    await held.commit();
    expect(await repair).toEqual({ bytes: 7, uploads: 0 });
    expect(await audit.drift()).toEqual({ bytes: 0, uploads: 0 });
  });
});

it('waits for nobody who has only named the space, and may come to wait for it', async () => {
  await begin();
  await database.query(`UPDATE upload_owners SET open_uploads = 4`);
  await database.transaction(async (manager) => {
    await manager.query(
      `INSERT INTO blobs (id, space_id, sha256, size) SELECT 'a', id, repeat('a', 64), 1 FROM spaces LIMIT 1`,
    );
    expect(await audit.recompute()).toEqual({ bytes: 0, uploads: 3 });
    await manager.query(`UPDATE upload_owners SET open_uploads = open_uploads`);
  });
  expect(await audit.drift()).toEqual({ bytes: 0, uploads: 0 });
  await database.query('DELETE FROM blobs');
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
