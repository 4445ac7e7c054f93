import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Metrics } from '../telemetry/metrics.js';

/** Shows operators how many turns of jobs wait and run. */
@Injectable()
export class JobGauges {
  constructor(database: DataSource, metrics: Metrics) {
    metrics.addSampled([{ name: 'jobs', help: 'Turns of jobs that have not ended.', label: 'state' }], async () => {
      // pg-boss orders its states: created, retry, active, and those of turns that have ended.
      const [row] = await database.query<{ waiting: string; running: string }[]>(
        `SELECT count(*) FILTER (WHERE state < 'active') AS waiting, count(*) FILTER (WHERE state = 'active') AS running
         FROM pgboss.job WHERE state <= 'active'`,
      );
      return { jobs: { waiting: Number(row?.waiting ?? 0), running: Number(row?.running ?? 0) } };
    });
  }
}
