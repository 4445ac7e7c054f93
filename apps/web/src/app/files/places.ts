import type { Folder, FolderWithAncestors } from '@stowage/contract';

/** Where the address of the page points: the root of a space (null: of the first of one's own), or a folder. */
export type Place = { readonly space: string | null } | { readonly folder: string };

/** Where files go: the root of a space, or a folder in it. */
export interface UploadPlace {
  /** Null: one's own. */
  readonly space: string | null;
  /** Null for the root. */
  readonly folder: string | null;
  /** The folder from the root of its space, `/`-separated; null when that is not known. */
  readonly path: string | null;
  /** What the folder is called; null for the root, or when that is not known. */
  readonly name: string | null;
}

/** The place of a folder for uploads. */
export function placeOf(folder: Folder | FolderWithAncestors): UploadPlace {
  if (folder.parent === null) return { space: folder.space, folder: null, path: '', name: null };
  return { space: folder.space, folder: folder.id, path: insideOf(folder), name: folder.name };
}

/** The `path` of what is in a folder. */
export function insideOf({ parent, path, name }: Folder): string {
  if (parent === null) return '';
  return path === '' ? name : `${path}/${name}`;
}

/** The address of a folder in the page. */
export function folderLink(id: string): string {
  return `/files/f/${id}`;
}

/** The address of a space's trash in the page. */
export function trashLink(space: string): string {
  return `/spaces/${space}/trash`;
}
