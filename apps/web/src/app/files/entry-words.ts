import type { Entry } from '@stowage/contract';
import { say } from '../language/say.js';
import type { IconName } from '../ui/icon.js';

/** Longest ending of a name that is taken for its kind, in characters. */
const LONGEST_ENDING = 5;
const ARCHIVES = /zip|tar|gzip|7z|rar|compressed|zstd|xz|bzip/u;

/** The kind of an entry as people say it, e.g. `PDF file`. */
export function kindWords(entry: Entry): string {
  if (entry.kind === 'folder') return say('files.kind.folder');
  const ending = /[^.]\.([a-z0-9]+)$/iu.exec(entry.name)?.[1] ?? '';
  return ending === '' || ending.length > LONGEST_ENDING
    ? say('files.kind.file')
    : say('files.kind.fileOfKind', { kind: ending.toUpperCase() });
}

/** The picture for an entry. */
export function entryIcon(entry: Entry): IconName {
  if (entry.kind === 'folder') return 'folder';
  const [type = '', subtype = ''] = entry.mediaType.split('/');
  if (type === 'image') return 'image';
  if (type === 'video') return 'film';
  if (type === 'audio') return 'audio';
  if (ARCHIVES.test(subtype)) return 'archive';
  return type === 'text' || subtype.includes('json') || subtype.includes('pdf') ? 'text' : 'file';
}

/** Where the bytes of a file are downloaded. Nothing of a damaged file is sent unasked. */
export function downloadLink(entry: Entry): string | null {
  if (entry.kind === 'folder') return null;
  return entry.damaged === true ? `${entry.url}?damaged=accept` : entry.url;
}
