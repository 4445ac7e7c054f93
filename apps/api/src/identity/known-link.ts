import type { LinkKind } from '@stowage/contract';

/** A link that can be used, as far as those have to know it who serve its holder. */
export interface KnownLink {
  readonly id: string;
  readonly slug: string;
  readonly kind: LinkKind;
  readonly space: string;
  /** Id of the file or folder; of a root folder, that of its space. */
  readonly entry: string;
  readonly title: string;
  readonly note: string;
  readonly expiresAt: Date | null;
  readonly maxDownloads: number | null;
  readonly downloads: number;
  readonly maxUploads: number | null;
  readonly uploads: number;
  /** Bytes. */
  readonly maxFileSize: number | null;
  /** Without the dot, in lower case. */
  readonly allowedExtensions: readonly string[] | null;
  readonly askName: boolean;
}

const PREFIX = 'link:';

/** Whose the uploads are that come by a link. No id of an account looks like it. */
export function linkOwner(linkId: string): string {
  return `${PREFIX}${linkId}`;
}

/** Id of the link by which an upload has come; null when it has an owner of another kind. */
export function linkOfOwner(owner: string): string | null {
  return owner.startsWith(PREFIX) ? owner.slice(PREFIX.length) : null;
}
