import type { ChangePolicy } from '@stowage/contract';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from '../../platform/database/column-types.js';

/** The unit of ownership: of an account, or of a team. */
@Entity('spaces')
export class Space {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  name: string;

  /** What names are compared by (`nameKey` of the contract). */
  @Column('text', { name: 'name_key' })
  nameKey: string;

  /** Whose it is; null for that of a team. */
  @Column('text', { name: 'account_id', nullable: true })
  accountId: string | null;

  /** Bytes that files and unfinished uploads may have; null: any number. */
  @Column('bigint', { name: 'quota_bytes', nullable: true, transformer: safeInteger })
  quotaBytes: number | null;

  /** False while the quota is that of the settings. */
  @Column('boolean', { name: 'quota_chosen', default: false })
  quotaChosen: boolean;

  /** Sizes of all files. */
  @Column('bigint', { name: 'used_bytes', default: 0, transformer: safeInteger })
  usedBytes: number;

  /** What unfinished uploads may still become. */
  @Column('bigint', { name: 'reserved_bytes', default: 0, transformer: safeInteger })
  reservedBytes: number;

  /** Which files it takes, as far as it differs from what spaces begin with. */
  @Column('jsonb', { default: {} })
  policy: ChangePolicy;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  /** Argon2id of the password that uploads into it want; read by nothing but its own ledger. Null without one. */
  @Column('text', { name: 'upload_password_hash', nullable: true, select: false })
  uploadPasswordHash: string | null;
}
