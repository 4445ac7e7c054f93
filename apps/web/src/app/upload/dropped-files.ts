import type { UploadSource } from '@stowage/client';

/** What a drop or a paste holds, taken at once: the browser forgets it when the event is over. */
export interface DroppedThings {
  readonly files: readonly File[];
  readonly folders: readonly FileSystemDirectoryEntry[];
}

/** What was found in a walk, in batches, and how many things could not be read. */
export interface FoundFiles {
  readonly sources: readonly UploadSource[];
  /** Folders with nothing in them, `/`-separated. */
  readonly empty: readonly string[];
  readonly unreadable: number;
}

/** True when a drag or a paste carries files, as opposed to text or links. */
export function holdsFiles(data: DataTransfer | null): boolean {
  return data !== null && Array.from(data.types).includes('Files');
}

/** Takes files and folders out of a drop or a paste; text and links are left alone. */
export function takeDropped(data: DataTransfer): DroppedThings {
  const files: File[] = [];
  const folders: FileSystemDirectoryEntry[] = [];
  for (const item of Array.from(data.items)) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry !== null && isDirectory(entry)) folders.push(entry);
    else if (file !== null) files.push(file);
  }
  return { files, folders };
}

/** The files of an `<input type="file">`; those of a chosen folder keep their place in it. */
export function pickedSources(files: Iterable<File>): UploadSource[] {
  return Array.from(files, (file) => ({
    name: file.name,
    path: folderOf(file.webkitRelativePath),
    content: file,
  }));
}

/** All files below what was dropped, and the folders that are empty, batch by batch as they are found. */
export async function* walkDropped({ files, folders }: DroppedThings): AsyncGenerator<FoundFiles> {
  if (files.length > 0) yield { sources: files.map((file) => sourceAt(file, '')), empty: [], unreadable: 0 };
  const open = [...folders];
  for (let folder = open.shift(); folder !== undefined; folder = open.shift()) {
    const reader = folder.createReader();
    // A reader hands out a hundred entries at a time and an empty batch at the end.
    let isEmpty = true;
    for (let batch = await readBatch(reader); ; batch = await readBatch(reader)) {
      if (batch === null) yield { sources: [], empty: [], unreadable: 1 };
      if (batch?.length === 0 && isEmpty) yield { sources: [], empty: [withoutSlash(folder.fullPath)], unreadable: 0 };
      if (batch === null || batch.length === 0) break;
      isEmpty = false;
      open.push(...batch.filter(isDirectory));
      yield await readFiles(batch.filter(isFile), withoutSlash(folder.fullPath));
    }
  }
}

async function readFiles(entries: readonly FileSystemFileEntry[], path: string): Promise<FoundFiles> {
  const files = await Promise.all(entries.map(openFile));
  const readable = files.filter((file) => file !== null);
  return {
    sources: readable.map((file) => sourceAt(file, path)),
    empty: [],
    unreadable: files.length - readable.length,
  };
}

function sourceAt(file: File, path: string): UploadSource {
  return { name: file.name, path, content: file };
}

function readBatch(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[] | null> {
  return new Promise((resolve) => reader.readEntries(resolve, () => resolve(null)));
}

function openFile(entry: FileSystemFileEntry): Promise<File | null> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)));
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function folderOf(relativePath: string): string {
  return relativePath.slice(0, Math.max(0, relativePath.lastIndexOf('/')));
}

function withoutSlash(fullPath: string): string {
  return fullPath.replace(/^\//u, '');
}
