import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { UNFINISHED, eachOf, parametersOf, queryNamed, type UploadFilter } from './upload-filter.js';

/** An upload that can be purged, as it was found. */
export interface Purgeable {
  readonly id: string;
  readonly epoch: number;
  /** Bytes that it holds. */
  readonly received: number;
}

/** What a purge finds. */
export interface PurgeFindings {
  /** How many can go. */
  readonly matched: number;
  /** What those hold. */
  readonly bytes: number;
  /** How many of the filter have to stay. */
  readonly kept: number;
  /** The first of those that can go, the longest idle first. */
  readonly batch: readonly Purgeable[];
}

interface Row {
  readonly matched: BigintText;
  readonly bytes: BigintText;
  readonly kept: BigintText;
  readonly batch: readonly Purgeable[];
}

/** The SQL of purges. */
@Injectable()
export class UploadPurgeLedger {
  constructor(private readonly database: DataSource) {}

  /**
   * Looks for uploads that can go, for a dry run as for a real one. Those that a request writes to stay, and those that are
   * whole and wait only for being sealed, which their sender was promised.
   */
  async find(filter: UploadFilter, most: number): Promise<PurgeFindings> {
    // Without a length the comparison is neither true nor false.
    const stays = `EXISTS (SELECT 1 FROM upload_leases s WHERE s.upload_id = l.id AND s.until > now())
      OR (coalesce(l.received = l.length, false) AND l.reason IS NULL AND l.chunk_count > 0) AS stays`;
    const [row] = await queryNamed<Row>(
      this.database,
      `WITH fitting AS MATERIALIZED (
         SELECT p.* ${eachOf(filter, `l.id, l.epoch, l.received, l.updated_at, ${stays}`, UNFINISHED)}
       )
       SELECT count(*) FILTER (WHERE NOT stays) AS matched, count(*) FILTER (WHERE stays) AS kept,
         coalesce(sum(received) FILTER (WHERE NOT stays), 0) AS bytes,
         (SELECT coalesce(json_agg(json_build_object('id', b.id, 'epoch', b.epoch, 'received', b.received)), '[]') FROM (
           SELECT * FROM fitting WHERE NOT stays ORDER BY updated_at, id LIMIT :most) b) AS batch
       FROM fitting`,
      { ...parametersOf({ ...filter, states: ['receiving'] }), most },
    );
    return {
      matched: toSafeInteger(row?.matched ?? '0'),
      bytes: toSafeInteger(row?.bytes ?? '0'),
      kept: toSafeInteger(row?.kept ?? '0'),
      batch: row?.batch ?? [],
    };
  }
}
