/**
 * The digests of RFC 9530 that are computed here, with the bytes of each. `crc32c` guards against accidents only; its four
 * bytes are in network order. The other names of the IANA registry are passed over, as that RFC wants it.
 */
export const DIGEST_BYTES = { 'sha-512': 64, 'sha-256': 32, crc32c: 4 } as const;

/** See {@link DIGEST_BYTES}. */
export type DigestAlgorithm = keyof typeof DIGEST_BYTES;

/** What somebody says the digest of some bytes is. */
export interface DeclaredDigest {
  readonly algorithm: DigestAlgorithm;
  /** Base64, padded. */
  readonly value: string;
}

/** A digest field taken apart, or why it cannot be read. */
export type ParsedDigests =
  { readonly ok: true; readonly digests: readonly DeclaredDigest[] } | { readonly ok: false; readonly fault: string };

// The parts of a dictionary of RFC 9651. A digest is a byte sequence; whatever else stands there is malformed.
const KEY = /[a-z*][a-z0-9_.*-]*/uy;
const BYTES = /:([A-Za-z0-9+/]*={0,2}):/uy;
const BARE_ITEM =
  /-?\d{1,12}\.\d{1,3}|-?\d{1,15}|"(?:[ !#-[\]-~]|\\["\\])*"|[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*|:[A-Za-z0-9+/]*={0,2}:|\?[01]|@-?\d{1,15}/uy;
const PARAMETER_START = /; */uy;
const COMMA = /[ \t]*,[ \t]*/uy;

/**
 * Reads the value of `Content-Digest` or `Repr-Digest`: a dictionary of byte sequences. Algorithms that are not computed
 * here are left out; of a name that comes twice the last counts.
 * @param field the value; several fields of one name joined with commas
 */
export function parseDigestField(field: string): ParsedDigests {
  const members = parseDictionary(field.replace(/^ +| +$/gu, ''));
  if (members === null)
    return { ok: false, fault: 'It must look like sha-256=:<base64>:, several separated by commas.' };
  const digests: DeclaredDigest[] = [];
  for (const [name, text] of members) {
    if (!isDigestAlgorithm(name)) continue;
    const bytes = decoded(text);
    if (bytes?.length !== DIGEST_BYTES[name]) {
      return { ok: false, fault: `The digest of ${name} must have ${DIGEST_BYTES[name]} bytes in base64.` };
    }
    digests.push({ algorithm: name, value: btoa(bytes) });
  }
  return { ok: true, digests };
}

/** Prints digests as the value of such a field, always the same for the same digests. */
export function printDigestField(digests: readonly DeclaredDigest[]): string {
  return [...digests]
    .sort((a, b) => (a.algorithm < b.algorithm ? -1 : 1))
    .map(({ algorithm, value }) => `${algorithm}=:${value}:`)
    .join(', ');
}

/** The digest of 64 hex digits, as files have it, in the form of these fields. */
export function sha256Digest(hex: string): DeclaredDigest {
  const bytes = (hex.match(/../gu) ?? []).map((pair) => String.fromCharCode(parseInt(pair, 16)));
  return { algorithm: 'sha-256', value: btoa(bytes.join('')) };
}

function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return Object.hasOwn(DIGEST_BYTES, name);
}

function decoded(base64: string): string | null {
  try {
    return atob(base64);
  } catch {
    return null;
  }
}

/** Byte sequences by key, or null when the field is anything else. */
function parseDictionary(text: string): Map<string, string> | null {
  const members = new Map<string, string>();
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length) {
    const key = take(KEY)?.[0];
    if (key === undefined || text[at++] !== '=') return null;
    const value = take(BYTES)?.[1];
    if (value === undefined) return null;
    while (take(PARAMETER_START) !== null) {
      if (take(KEY) === null) return null;
      if (text[at] !== '=') continue;
      at += 1;
      if (take(BARE_ITEM) === null) return null;
    }
    members.set(key, value);
    if (at === text.length) return members;
    // A comma at the very end announces a member that is not there.
    if (take(COMMA) === null || at === text.length) return null;
  }
  return members;
}
