/** What a folder is made of, for a walk. */
export type Tree = { readonly [name: string]: Tree | string | null };

/** Entries that a reader hands out at a time, as Chromium does. */
export const BATCH = 100;

/** A folder as a drop holds it. Text is the content of a file; null is something that cannot be read. */
export function folderEntry(name: string, tree: Tree, parent = ''): FileSystemDirectoryEntry {
  const fullPath = `${parent}/${name}`;
  const children = Object.entries(tree).map(([child, content]) => entry(child, content, fullPath));
  const entryOf = {
    isDirectory: true,
    isFile: false,
    name,
    fullPath,
    createReader: () => {
      let at = 0;
      return {
        readEntries: (success: (entries: FileSystemEntry[]) => void) => {
          success(children.slice(at, at + BATCH));
          at += BATCH;
        },
      };
    },
  };
  return entryOf as unknown as FileSystemDirectoryEntry;
}

function entry(name: string, content: Tree | string | null, parent: string): FileSystemEntry {
  if (content !== null && typeof content === 'object') return folderEntry(name, content, parent);
  const file = (success: (file: File) => void, failure: (error: Error) => void): void => {
    if (content === null) failure(new Error('It cannot be read.'));
    else success(new File([content], name));
  };
  return { isDirectory: false, isFile: true, name, fullPath: `${parent}/${name}`, file } as unknown as FileSystemEntry;
}

/** A folder that refuses to be listed. */
export function lockedFolder(name: string): FileSystemDirectoryEntry {
  const readEntries = (_: unknown, failure: (error: Error) => void): void => failure(new Error('Locked.'));
  const entryOf = {
    isDirectory: true,
    isFile: false,
    name,
    fullPath: `/${name}`,
    createReader: () => ({ readEntries }),
  };
  return entryOf as unknown as FileSystemDirectoryEntry;
}

/** What an event carries: files, folders, and text. */
export function dataTransfer(things: {
  files?: readonly File[];
  folders?: readonly FileSystemDirectoryEntry[];
  text?: string;
}): DataTransfer {
  const items = [
    ...(things.files ?? []).map((file) => item('file', file, null)),
    ...(things.folders ?? []).map((folder) => item('file', null, folder)),
    ...(things.text === undefined ? [] : [item('string', null, null)]),
  ];
  const kinds = items.map(({ kind }) => (kind === 'file' ? 'Files' : 'text/plain'));
  return {
    items,
    types: [...new Set(kinds)],
    files: things.files ?? [],
    dropEffect: 'none',
  } as unknown as DataTransfer;
}

function item(kind: string, file: File | null, folder: FileSystemDirectoryEntry | null): DataTransferItem {
  return { kind, getAsFile: () => file, webkitGetAsEntry: () => folder } as unknown as DataTransferItem;
}

/** An event of a drag or a paste; this document has no classes for them. */
export function transferEvent(type: string, data: DataTransfer): Event {
  const member = type === 'paste' ? 'clipboardData' : 'dataTransfer';
  return Object.assign(new Event(type, { bubbles: true, cancelable: true }), { [member]: data });
}
