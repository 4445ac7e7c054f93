import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Metrics, type Readings } from '../platform/telemetry/metrics.js';

/** Shows operators how much is stored: files as people see them, and the bytes of the contents behind them. */
@Injectable()
export class FileGauges {
  constructor(
    private readonly database: DataSource,
    metrics: Metrics,
  ) {
    metrics.addSampled(
      [
        { name: 'files', help: 'Files that are stored.' },
        { name: 'blobs', help: 'Contents that are stored, each once however many files have it.' },
        { name: 'blobs_bytes', help: 'Bytes of these contents.' },
        { name: 'blobs_damaged', help: 'Contents whose bytes are not what they should be.' },
      ],
      () => this.read(),
    );
  }

  private async read(): Promise<Readings> {
    const [row] = await this.database.query<{ files: string; blobs: string; bytes: string; damaged: string }[]>(
      `SELECT (SELECT count(*) FROM entries WHERE blob_id IS NOT NULL) AS files, count(*) AS blobs,
         coalesce(sum(size), 0) AS bytes, count(damaged_at) AS damaged FROM blobs WHERE state = 'live'`,
    );
    if (row === undefined) return {};
    const { files, blobs, bytes, damaged } = row;
    return { files: Number(files), blobs: Number(blobs), blobs_bytes: Number(bytes), blobs_damaged: Number(damaged) };
  }
}
