import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Metrics, type Readings } from '../platform/telemetry/metrics.js';
import { RequestSlots } from './request-slots.js';

interface StateRow {
  readonly state: string;
  readonly count: string;
  readonly bytes: string;
}

/** Shows operators how many uploads are open, what they hold, and how long the queue of requests is. */
@Injectable()
export class UploadGauges {
  constructor(
    private readonly database: DataSource,
    slots: RequestSlots,
    metrics: Metrics,
  ) {
    metrics.addSampled(
      [
        { name: 'uploads_open', help: 'Uploads that have not ended.', label: 'state' },
        { name: 'uploads_held_bytes', help: 'Bytes that open uploads hold.', label: 'state' },
      ],
      () => this.read(),
    );
    metrics.addGauge(
      'stowage_request_slots_free',
      'Bodies that could be received at once, besides those that are.',
      () => slots.freeCount,
    );
    metrics.addGauge('stowage_requests_waiting', 'Requests that wait for a slot.', () => slots.waitingCount);
  }

  private async read(): Promise<Readings> {
    const rows = await this.database.query<StateRow[]>(
      `SELECT state, count(*) AS count, sum(received) AS bytes FROM uploads
       WHERE ended_at IS NULL GROUP BY state`,
    );
    const of = (pick: (row: StateRow) => string) => ({
      receiving: 0,
      completing: 0,
      ...Object.fromEntries(rows.map((row) => [row.state, Number(pick(row))])),
    });
    return { uploads_open: of(({ count }) => count), uploads_held_bytes: of(({ bytes }) => bytes) };
  }
}
