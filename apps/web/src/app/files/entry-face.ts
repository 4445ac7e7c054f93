import type { Entry } from '@stowage/contract';
import { say } from '../language/say.js';
import { byteSize, exactBytes } from '../ui/byte-size.js';
import type { IconName } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { localDate, localTime } from '../ui/time-span.js';
import { downloadLink, entryIcon, kindWords } from './entry-words.js';

/** What rows and cards show of an entry, in words. */
export interface EntryFace {
  readonly icon: IconName;
  /** The name with nothing invisible in it, for labels. */
  readonly label: string;
  readonly kind: string;
  /** Empty for folders. */
  readonly size: string;
  readonly bytes: string;
  readonly date: string;
  readonly time: string;
  readonly isDamaged: boolean;
  /** Where it is downloaded: as it is, or a folder as one ZIP file. */
  readonly href: string;
  /** Such as `Download report.pdf`. */
  readonly download: string;
}

/** @param zipAddress where entries are downloaded as one ZIP file */
export function faceOf(entry: Entry, zipAddress: (ids: readonly string[]) => string): EntryFace {
  const label = spelledName(entry.name);
  const isDamaged = entry.kind === 'file' && entry.damaged === true;
  const created = new Date(entry.createdAt);
  return {
    icon: entryIcon(entry),
    label,
    kind: kindWords(entry),
    size: entry.kind === 'file' ? byteSize(entry.size) : '',
    bytes: entry.kind === 'file' ? exactBytes(entry.size) : '',
    date: localDate(created),
    time: localTime(created),
    isDamaged,
    href: downloadLink(entry) ?? zipAddress([entry.id]),
    download: downloadWords(entry, label, isDamaged),
  };
}

function downloadWords({ kind }: Entry, name: string, isDamaged: boolean): string {
  if (kind === 'folder') return say('files.row.downloadFolder', { name });
  return isDamaged ? say('files.row.downloadRest', { name }) : say('files.row.download', { name });
}
