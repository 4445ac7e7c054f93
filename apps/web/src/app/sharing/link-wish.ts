import type { Link, LinkChange, LinkKind } from '@stowage/contract';

/** What somebody has typed into the form of a link. */
export interface LinkFields {
  readonly title: string;
  readonly note: string;
  /** Empty: none, or for a link that is there, the one it has. */
  readonly password: string;
  /** True when the password of a link that is there is to go. */
  readonly removePassword: boolean;
  /** `YYYY-MM-DD`, the last day; empty for none. */
  readonly lastDay: string;
  /** Downloads or uploads; empty for any number. */
  readonly most: string;
  /** Megabytes of the largest file; empty for any. */
  readonly megabytes: string;
  /** Extensions with commas or blanks between them; empty for any. */
  readonly types: string;
  readonly askName: boolean;
}

/** What is wrong with a field, found before the server is asked. */
export type LinkFault = 'day' | 'most' | 'size' | 'types';

/** Bytes of a megabyte, as on drives. */
const MEGABYTE = 1_000_000;
const MOST = 1_000_000_000;
const EXTENSION = /^[^\p{Cc}\s./\\]{1,32}$/u;

/** The limits that were typed, or the first field that cannot be understood. */
export function wishOf(fields: LinkFields, kind: LinkKind, now: Date): LinkChange | LinkFault {
  const expiresAt = endOf(fields.lastDay);
  if (expiresAt === undefined || (expiresAt !== null && expiresAt <= now)) return 'day';
  const most = whole(fields.most, 1, MOST);
  if (most === undefined) return 'most';
  const common = {
    title: fields.title.trim(),
    note: fields.note,
    expiresAt: expiresAt?.toISOString() ?? null,
    ...(fields.removePassword ? { password: null } : fields.password === '' ? {} : { password: fields.password }),
  };
  if (kind === 'share') return { ...common, maxDownloads: most };
  const maxFileSize = whole(fields.megabytes, MEGABYTE, Number.MAX_SAFE_INTEGER);
  if (maxFileSize === undefined) return 'size';
  const allowedExtensions = extensionsIn(fields.types);
  if (allowedExtensions === undefined) return 'types';
  return { ...common, maxUploads: most, maxFileSize, allowedExtensions, askName: fields.askName };
}

/** A link as the form shows it. */
export function fieldsOf(link: Link | null): LinkFields {
  const most = link === null ? null : link.kind === 'share' ? link.maxDownloads : link.maxUploads;
  return {
    title: link?.title ?? '',
    note: link?.note ?? '',
    password: '',
    removePassword: false,
    lastDay: dayOf(link?.expiresAt ?? null),
    most: most === null ? '' : String(most),
    megabytes: link?.maxFileSize == null ? '' : String(link.maxFileSize / MEGABYTE),
    types: link?.allowedExtensions?.join(', ') ?? '',
    askName: link?.askName ?? false,
  };
}

// A link that expires "on Friday" works until Friday is over, where whoever says so is.
function endOf(lastDay: string): Date | null | undefined {
  if (lastDay === '') return null;
  const end = new Date(`${lastDay}T23:59:59.999`);
  return Number.isNaN(end.getTime()) ? undefined : end;
}

function dayOf(expiresAt: string | null): string {
  if (expiresAt === null) return '';
  const at = new Date(expiresAt);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function whole(text: string, unit: number, most: number): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Math.round(Number(text) * unit);
  const isWhole = unit > 1 || Number.isInteger(Number(text));
  return isWhole && value >= 1 && value <= most ? value : undefined;
}

function extensionsIn(text: string): string[] | null | undefined {
  const all = text
    .split(/[\s,;]+/u)
    .map((part) => part.replace(/^\*?\./u, '').toLowerCase())
    .filter((part) => part !== '');
  if (all.length === 0) return null;
  return all.every((extension) => EXTENSION.test(extension)) ? [...new Set(all)] : undefined;
}
