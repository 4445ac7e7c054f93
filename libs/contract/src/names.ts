/** Longest name of a file or folder, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 255;
/** Longest folder path, in bytes of UTF-8. */
export const MAX_PATH_BYTES = 4096;
/** Deepest nesting of folders. */
export const MAX_PATH_DEPTH = 32;

/** Why a name or path is refused; a sentence for a person. */
export type NameFault = string;

// C0 and C1 controls, DEL, and both separators.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f/\\]/u;

/**
 * Says why a name cannot be stored, or null when it can. Names are data: nearly everything is allowed, except what can
 * be taken for a path, a control or no text at all.
 */
export function nameFault(name: string): NameFault | null {
  if (name === '') return 'A name cannot be empty.';
  if (name === '.' || name === '..') return 'A name cannot be “.” or “..”.';
  if (!name.isWellFormed()) return 'A name must be valid Unicode text.';
  if (FORBIDDEN.test(name)) return 'A name cannot contain a slash, a backslash or a control character.';
  if (utf8Length(name) > MAX_NAME_BYTES) return `A name can have ${MAX_NAME_BYTES} bytes at most.`;
  return null;
}

/**
 * The key under which names are compared within a folder: equal for names that differ only in Unicode normalisation or
 * case. Computed here and nowhere else: a database's case folding is not enough (`ß`, `İ`, final sigma).
 */
export function nameKey(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/** A folder path taken apart, or why it cannot be stored. */
export type ParsedPath =
  { readonly ok: true; readonly segments: readonly string[] } | { readonly ok: false; readonly fault: NameFault };

/**
 * Takes a relative folder path apart: `/`-separated, no leading slash, `''` is the root.
 * @param path the folder as the client sent it; a trailing slash is accepted
 * @param fileName a last segment equal to it is dropped, because `webkitRelativePath` ends in the file's own name
 */
export function parsePath(path: string, fileName: string): ParsedPath {
  if (utf8Length(path) > MAX_PATH_BYTES + MAX_NAME_BYTES + 1) return tooLong();
  const segments = path.replace(/\/$/u, '').split('/');
  if (segments.at(-1) === fileName) segments.pop();
  if (segments.length === 0 || (segments.length === 1 && segments[0] === '')) return { ok: true, segments: [] };
  if (segments.length > MAX_PATH_DEPTH) {
    return { ok: false, fault: `Folders can be nested ${MAX_PATH_DEPTH} levels deep at most.` };
  }
  if (utf8Length(segments.join('/')) > MAX_PATH_BYTES) return tooLong();
  for (const segment of segments) {
    const fault = nameFault(segment);
    if (fault !== null) return { ok: false, fault: `In the folder path: ${fault}` };
  }
  return { ok: true, segments };
}

function tooLong(): ParsedPath {
  return { ok: false, fault: `A folder path can have ${MAX_PATH_BYTES} bytes at most.` };
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
