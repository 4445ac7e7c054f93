import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from '../../platform/database/column-types.js';

/** Immutable bytes at rest, once per space and content. */
@Entity('blobs')
export class StoredBlob {
  @PrimaryColumn('text')
  id: string;

  @Column('text', { name: 'space_id' })
  spaceId: string;

  /** 64 lower-case hex digits. */
  @Column('text')
  sha256: string;

  /** Bytes. */
  @Column('bigint', { transformer: safeInteger })
  size: number;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}
