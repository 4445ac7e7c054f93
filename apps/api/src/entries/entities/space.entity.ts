import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from '../../platform/database/column-types.js';

/** The unit of ownership. There is one until accounts exist. */
@Entity('spaces')
export class Space {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  name: string;

  /** Bytes that files and unfinished uploads may have; null: any number. */
  @Column('bigint', { name: 'quota_bytes', nullable: true, transformer: safeInteger })
  quotaBytes: number | null;

  /** Sizes of all files. */
  @Column('bigint', { name: 'used_bytes', default: 0, transformer: safeInteger })
  usedBytes: number;

  /** What unfinished uploads may still become. */
  @Column('bigint', { name: 'reserved_bytes', default: 0, transformer: safeInteger })
  reservedBytes: number;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}
