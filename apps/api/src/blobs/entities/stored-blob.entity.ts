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

  /** Condemned: no file has it any more, and its bytes go when nobody holds them. */
  @Column('text')
  state: 'live' | 'condemned';

  @Column('timestamptz', { name: 'condemned_at', nullable: true })
  condemnedAt: Date | null;

  /** When all bytes were last read and compared with the digest; at first when the blob came into being. */
  @Column('timestamptz', { name: 'verified_at' })
  verifiedAt: Date;

  @Column('timestamptz', { name: 'damaged_at', nullable: true })
  damagedAt: Date | null;

  /** What was found of damaged bytes. */
  @Column('text', { nullable: true })
  damage: Damage | null;

  /** Media type found in its first bytes; null when there is none. */
  @Column('text', { name: 'detected_type', nullable: true })
  detectedType: string | null;
}

/** Why bytes are not what their row says. */
export type Damage = 'missing' | 'size' | 'different' | 'unreadable';
