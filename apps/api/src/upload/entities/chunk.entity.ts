import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from '../../platform/database/column-types.js';

/** One durable run of bytes of an upload: the row says that they are synced. */
@Entity('chunks')
export class Chunk {
  @PrimaryColumn('text', { name: 'upload_id' })
  uploadId: string;

  /** First byte's place in the file. */
  @PrimaryColumn('bigint', { transformer: safeInteger })
  offset: number;

  /** Bytes. */
  @Column('bigint', { transformer: safeInteger })
  length: number;

  /** What the client declared of these bytes, and they were found to have; null when it declared nothing. */
  @Column('text', { nullable: true })
  digest: string | null;
}
