import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { ConflictPolicy, UploadState } from '@stowage/contract';
import { safeInteger } from '../../platform/database/column-types.js';

/** A transfer in progress, or the tombstone of one that ended. */
@Entity('uploads')
export class Upload {
  @PrimaryColumn('text')
  id: string;

  @Column('text', { name: 'space_id' })
  spaceId: string;

  /** Id of the principal who began it. */
  @Column('text')
  owner: string;

  /** The client's idempotency key, e.g. a `dzuuid`: unique per owner, never a path or a secret. */
  @Column('text', { name: 'client_key', nullable: true })
  clientKey: string | null;

  @Column('text')
  state: UploadState;

  /** Rises with every move between states: whoever acts on an older one has lost. */
  @Column('integer')
  epoch: number;

  /** False for a plain form post: nobody can go on with it when its request has ended. */
  @Column('boolean')
  resumable: boolean;

  /** Problem code that keeps it from going on, or ended it. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** Declared bytes; null until a plain form post has arrived. */
  @Column('bigint', { nullable: true, transformer: safeInteger })
  length: number | null;

  /** Most bytes that it may get, by the policy of its space when it began; null: as the server allows. */
  @Column('bigint', { name: 'max_size', nullable: true, transformer: safeInteger })
  maxSize: number | null;

  /** Bytes synced and recorded. */
  @Column('bigint', { transformer: safeInteger })
  received: number;

  /** Chunks recorded. */
  @Column('integer', { name: 'chunk_count', default: 0 })
  chunkCount: number;

  /** Bytes of every chunk but the last; null for a plain form post. */
  @Column('bigint', { name: 'chunk_size', nullable: true, transformer: safeInteger })
  chunkSize: number | null;

  @Column('text')
  name: string;

  /** Folder that `path` begins in; null: the root of the space. It may be gone. */
  @Column('text', { name: 'folder_id', nullable: true })
  folderId: string | null;

  /** Folder, `/`-separated; `''` is where it begins. */
  @Column('text')
  path: string;

  @Column('text', { name: 'media_type' })
  mediaType: string;

  /** What the client says the whole file's SHA-256 is. */
  @Column('text', { name: 'declared_sha256', nullable: true })
  declaredSha256: string | null;

  /** What becomes of it when its name is taken. */
  @Column('text')
  conflict: ConflictPolicy;

  /** Digest of the request that began it; null where its values are compared one by one. */
  @Column('text', { nullable: true })
  fingerprint: string | null;

  /** The name that whoever sends it by a link has given. */
  @Column('text', { nullable: true })
  sender: string | null;

  /** Network that it was begun from, of one that comes by a link. */
  @Column('text', { name: 'sender_network', nullable: true })
  senderNetwork: string | null;

  /** Seconds without a byte after which it is given up; null: those of the settings. */
  @Column('integer', { name: 'expire_after', nullable: true })
  expireAfter: number | null;

  /** The file it became. */
  @Column('text', { name: 'file_id', nullable: true })
  fileId: string | null;

  /** When it is given up unless another byte comes; null once it no longer receives. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  /** When it reached its final state; null before. */
  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  /** True until its staged bytes and chunk rows have been removed, after its end. */
  @Column('boolean', { default: true })
  remains: boolean;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;

  /** When the last byte was recorded or the state changed. */
  @CreateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date;
}
