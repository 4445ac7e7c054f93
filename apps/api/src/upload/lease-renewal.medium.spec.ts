import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { migratedDatabase } from '../../test/test-database.js';
import { testLog } from '../../test/test-log.js';
import { begun, chunkLedgerOf, ledgerOf, planOf } from '../../test/upload-plans.js';
import { LeaseRenewal } from './lease-renewal.js';
import { UploadLeases } from './upload-leases.js';

/* Real: PostgreSQL. Only the timer of the renewal is a fake one. */

let database: DataSource;

beforeAll(async () => {
  database = await migratedDatabase();
});

afterEach(() => {
  jest.useRealTimers();
});

afterAll(() => database.destroy());

function parts() {
  const leases = new UploadLeases();
  const ledger = chunkLedgerOf(database);
  const { logger, lines } = testLog();
  return { leases, ledger, lines, renewal: new LeaseRenewal(leases, ledger, logger) };
}

/** Seconds that each lease on an upload still lives. */
async function secondsLeft(uploadId: string): Promise<number[]> {
  const rows = await database.query<{ left: string }[]>(
    `SELECT extract(epoch FROM until - now()) AS left FROM upload_leases WHERE upload_id = $1 ORDER BY start`,
    [uploadId],
  );
  return rows.map(({ left }) => Number(left));
}

describe('the renewal of leases', () => {
  it('keeps alive what is held here, and nothing else', async () => {
    const { leases, ledger, lines, renewal } = parts();
    const { id } = await begun(ledgerOf(database), planOf(await firstSpace(database)));
    const held = await leases.acquire(id, 0, 10);
    await ledger.claim(id, held.token, 0, 10);
    await ledger.claim(id, '00000000-0000-4000-8000-000000000000', 10, 20);
    await database.query(`UPDATE upload_leases SET until = now() + interval '5 seconds'`);
    await renewal.renew();
    const [mine, other] = await secondsLeft(id);
    expect(mine).toBeGreaterThan(50);
    expect(other).toBeLessThanOrEqual(5);
    expect(lines).toEqual([]);
  });

  it('asks the database for nothing while nothing is held', async () => {
    const { ledger, renewal } = parts();
    const asked = jest.spyOn(ledger, 'renew');
    await renewal.renew();
    expect(asked).not.toHaveBeenCalled();
  });

  it('says when the database does not answer, and harms nobody', async () => {
    const { leases, ledger, lines, renewal } = parts();
    jest.spyOn(ledger, 'renew').mockRejectedValue(new Error('Connection terminated'));
    await leases.acquire('AbCdEfGhIjKlMnOpQrStUv', 0, 10);
    await renewal.renew();
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: 'leases could not be renewed',
        leases: 1,
        err: expect.objectContaining({ message: 'Connection terminated' }),
      }),
    ]);
  });

  it('happens three times in the life of a lease, until the server stops', async () => {
    const { leases, ledger, renewal } = parts();
    const asked = jest.spyOn(ledger, 'renew').mockResolvedValue();
    const { token } = await leases.acquire('AbCdEfGhIjKlMnOpQrStUv', 0, 10);
    jest.useFakeTimers({ now: 0 });
    renewal.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(19_999);
    expect(asked).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(40_001);
    expect(asked.mock.calls).toEqual([[[token]], [[token]], [[token]]]);
    renewal.onApplicationShutdown();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveBeenCalledTimes(3);
  });
});
