import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A node of a space's tree: a folder or a file. */
@Entity('entries')
export class Entry {
  @PrimaryColumn('text')
  id: string;

  @Column('text', { name: 'space_id' })
  spaceId: string;

  /** Folder that holds it; null in the root. */
  @Column('text', { name: 'parent_id', nullable: true })
  parentId: string | null;

  @Column('text')
  kind: 'folder' | 'file';

  /** As the client gave it. */
  @Column('text')
  name: string;

  /** What names are compared by within a folder (`nameKey` of the contract). */
  @Column('text', { name: 'name_key' })
  nameKey: string;

  /** As the client declared it; null for folders. */
  @Column('text', { name: 'media_type', nullable: true })
  mediaType: string | null;

  /** Content of a file; null for folders, and for a name that a completing upload has claimed. */
  @Column('text', { name: 'blob_id', nullable: true })
  blobId: string | null;

  /** The upload that made this file. */
  @Column('text', { name: 'upload_id', nullable: true })
  uploadId: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt: Date;
}
