import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { safeInteger } from '../../platform/database/column-types.js';

/** A node of a space's tree: a folder or a file. */
@Entity('entries')
export class Entry {
  @PrimaryColumn('text')
  id: string;

  @Column('text', { name: 'space_id' })
  spaceId: string;

  /** Folder that holds it; null in the root, and in the trash for what was put there itself. */
  @Column('text', { name: 'parent_id', nullable: true })
  parentId: string | null;

  /** Folder that shows it, which is the space in the root; null in the trash. Follows from the others. */
  @Column({ type: 'text', name: 'folder_id', nullable: true, insert: false, update: false })
  folderId: string | null;

  @Column('text')
  kind: 'folder' | 'file';

  /** As the client gave it. */
  @Column('text')
  name: string;

  /** What names are compared by within a folder (`nameKey` of the contract). */
  @Column('text', { name: 'name_key' })
  nameKey: string;

  /** What names are ordered by within a folder (`sortKey` of the contract). */
  @Column('text', { name: 'sort_key' })
  sortKey: string;

  /** As the client declared it; null for folders. */
  @Column('text', { name: 'media_type', nullable: true })
  mediaType: string | null;

  /** Content of a file; null for folders, and for a name that a completing upload has claimed. */
  @Column('text', { name: 'blob_id', nullable: true })
  blobId: string | null;

  /** Bytes of the content; null without one. */
  @Column('bigint', { nullable: true, transformer: safeInteger })
  size: number | null;

  /** The name that whoever sent it by a link has given. */
  @Column('text', { nullable: true })
  sender: string | null;

  /** The upload that made this file. */
  @Column('text', { name: 'upload_id', nullable: true })
  uploadId: string | null;

  /** When it was put into the trash; null where it is not, and for what lies in a folder that is. */
  @Column('timestamptz', { name: 'trashed_at', nullable: true })
  trashedAt: Date | null;

  /** Account that put it there; null without one. */
  @Column('text', { name: 'trashed_by', nullable: true })
  trashedBy: string | null;

  /** Folder that it was in then; null for the root. It may be gone. */
  @Column('text', { name: 'trashed_from', nullable: true })
  trashedFrom: string | null;

  /** Path of that folder then. */
  @Column('text', { name: 'trashed_path', nullable: true })
  trashedPath: string | null;

  /** Of a folder: argon2id of the password that uploads into it want; read by nothing but its own ledger. Null without one. */
  @Column('text', { name: 'upload_password_hash', nullable: true, select: false })
  uploadPasswordHash: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}
