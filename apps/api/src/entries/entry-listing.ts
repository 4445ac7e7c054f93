import { Injectable } from '@nestjs/common';
import type { Entry, EntryList, FolderWithAncestors } from '@stowage/contract';
import { DataSource } from 'typeorm';
import { printCursor, type Cursor } from '../platform/http/cursor.js';
import { printEntryCursor, type EntryCursor, type EntrySort } from './entry-cursor.js';
import { ENTRY_COLUMNS, ENTRY_JOINS, PLACED, toEntry, toFolder, type EntryRow, type PlacedRow } from './entry-view.js';

interface KeyedRow extends EntryRow {
  readonly key: string;
}

/** Folders or files of a folder, in the order of one index. */
interface Part {
  readonly kind: 'folder' | 'file';
  readonly where: string;
  readonly column: 'sort_key' | 'size' | 'created_at';
  readonly type: 'text' | 'bigint' | 'timestamptz';
  readonly direction: 'asc' | 'desc';
}

const FOLDERS = `e.kind = 'folder'`;
const FILES = `e.kind = 'file' AND e.blob_id IS NOT NULL`;
const MOMENT = `(e.created_at AT TIME ZONE 'UTC')::text || '+00'`;

/** A folder has no size: by size, folders are in the order of their names. */
function partsOf({ by, direction }: EntrySort): readonly [Part, Part] {
  const named = { column: 'sort_key', type: 'text' } as const;
  const created = { column: 'created_at', type: 'timestamptz' } as const;
  const sized = { column: 'size', type: 'bigint' } as const;
  const folders = { kind: 'folder', where: FOLDERS } as const;
  const files = { kind: 'file', where: FILES } as const;
  switch (by) {
    case 'name':
      return [
        { ...folders, ...named, direction },
        { ...files, ...named, direction },
      ];
    case 'created':
      return [
        { ...folders, ...created, direction },
        { ...files, ...created, direction },
      ];
    case 'size':
      return [
        { ...folders, ...named, direction: 'asc' },
        { ...files, where: 'e.blob_id IS NOT NULL', ...sized, direction },
      ];
  }
}

/** Reads entries: one, those of a folder, those in the trash. */
@Injectable()
export class EntryListing {
  constructor(private readonly database: DataSource) {}

  /** One entry, in the trash as well; null when there is none. */
  async find(id: string): Promise<{ readonly entry: Entry; readonly inTrash: boolean } | null> {
    const row = await this.placed(id);
    return row === null ? null : { entry: toEntry(row, row.path), inTrash: row.in_trash };
  }

  /** A folder that is not in the trash, by its id or that of its space; null when there is none. */
  async folder(id: string): Promise<FolderWithAncestors | null> {
    const row = await this.placed(id);
    if (row === null) return this.root(id);
    if (row.kind !== 'folder' || row.in_trash) return null;
    const [space] = await this.database.query<{ name: string }[]>(`SELECT name FROM spaces WHERE id = $1`, [
      row.space_id,
    ]);
    const root = { id: row.space_id, name: space?.name ?? '' };
    return { ...toFolder(row, row.path), ancestors: [root, ...row.above] };
  }

  /** The root folder of a space; null when there is none. */
  async root(id: string): Promise<FolderWithAncestors | null> {
    const [row] = await this.database.query<{ name: string; created_at: Date }[]>(
      `SELECT name, created_at FROM spaces WHERE id = $1`,
      [id],
    );
    if (row === undefined) return null;
    return {
      ...{ kind: 'folder', id, name: row.name, space: id, parent: null, path: '' },
      ...{ createdAt: row.created_at.toISOString(), ancestors: [] },
    };
  }

  private async placed(id: string): Promise<PlacedRow | null> {
    const [row] = await this.database.query<PlacedRow[]>(
      `${PLACED} WHERE e.id = $1 AND (e.kind = 'folder' OR e.blob_id IS NOT NULL)`,
      [id],
    );
    return row ?? null;
  }

  /** A page of what is in a folder, folders first. */
  async page(
    folder: Pick<FolderWithAncestors, 'id' | 'name' | 'path' | 'parent'>,
    sort: EntrySort,
    limit: number,
    after: EntryCursor | null,
  ): Promise<EntryList> {
    // At once: of a full folder, the count takes as long as the page.
    const [rows, total] = await Promise.all([
      this.rows(folder.id, sort, limit, after),
      this.count(`folder_id = $1 AND (kind = 'folder' OR blob_id IS NOT NULL)`, folder.id),
    ]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    // Of what is in the root, no path has the name of the space.
    const path = folder.parent === null ? '' : folder.path === '' ? folder.name : `${folder.path}/${folder.name}`;
    return {
      entries: shown.map((row) => toEntry(row, path)),
      total,
      next: rows.length > limit && last !== undefined ? printEntryCursor(sort, last) : null,
    };
  }

  /** One more than asked for, when there are more. */
  private async rows(
    folderId: string,
    sort: EntrySort,
    limit: number,
    after: EntryCursor | null,
  ): Promise<readonly KeyedRow[]> {
    const [folders, files] = partsOf(sort);
    if (after?.kind === 'file') return this.read(files, folderId, limit + 1, after);
    const rows = await this.read(folders, folderId, limit + 1, after);
    if (rows.length > limit) return rows;
    return [...rows, ...(await this.read(files, folderId, limit + 1 - rows.length, null))];
  }

  private read(part: Part, folderId: string, limit: number, after: EntryCursor | null): Promise<KeyedRow[]> {
    const { column, direction } = part;
    const key = column === 'created_at' ? MOMENT : `e.${column}::text`;
    const beyond = direction === 'asc' ? '>' : '<';
    const order = `e.${column} ${direction}, e.id ${direction}`;
    // The page first, then what belongs to it: with the joins inside, where all sizes are equal for example, PostgreSQL takes
    // what is left for few, and sorts all of it for each page.
    const from = after === null ? '' : `AND (e.${column}, e.id) ${beyond} ($3::${part.type}, $4::text)`;
    return this.database.query<KeyedRow[]>(
      `SELECT ${ENTRY_COLUMNS}, ${key} AS key FROM (
         SELECT * FROM entries e WHERE e.folder_id = $1 AND ${part.where} ${from} ORDER BY ${order} LIMIT $2
       ) e ${ENTRY_JOINS} ORDER BY ${order}`,
      [folderId, limit, ...(after === null ? [] : [after.key, after.id])],
    );
  }

  /** A page of what somebody has put into the trash of a space, newest first. */
  async trash(spaceId: string, limit: number, after: Cursor | null): Promise<EntryList> {
    const rows = await this.database.query<KeyedRow[]>(
      `SELECT ${ENTRY_COLUMNS}, (e.trashed_at AT TIME ZONE 'UTC')::text || '+00' AS key FROM entries e ${ENTRY_JOINS}
       WHERE e.space_id = $1 AND e.trashed_at IS NOT NULL ${after === null ? '' : 'AND (e.trashed_at, e.id) < ($3::timestamptz, $4::text)'}
       ORDER BY e.trashed_at DESC, e.id DESC LIMIT $2`,
      [spaceId, limit + 1, ...(after === null ? [] : [after.createdAt, after.id])],
    );
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      entries: shown.map((row) => toEntry(row, '')),
      total: await this.count(`space_id = $1 AND trashed_at IS NOT NULL`, spaceId),
      next: rows.length > limit && last !== undefined ? printCursor({ createdAt: last.key, id: last.id }) : null,
    };
  }

  /** An index alone knows how many there are. */
  private async count(where: string, id: string): Promise<number> {
    const [row] = await this.database.query<[{ total: number }]>(
      `SELECT count(*)::integer AS total FROM entries WHERE ${where}`,
      [id],
    );
    return row.total;
  }
}
