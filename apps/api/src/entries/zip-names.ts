import { MAX_NAME_BYTES, nameKey } from '@stowage/contract';
import { numberedName } from './numbered-names.js';

/** What no name on Windows may have, or would be taken for a path; with the separators and controls that we store in none. */
const FORBIDDEN = /[<>:"|?*/\\\u0000-\u001f\u007f-\u009f]/gu;
/** Embeddings, overrides and isolates: they show a name in another order than it has, `exe.gnp` for `png.exe`. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/gu;
/** Windows cuts these off, so that two names become one, or `..` appears. */
const TRAILING = /[. ]+$/u;
/** Devices of Windows, whatever extension is behind them. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?= *(?:\.|$))/iu;

/**
 * The name that something has inside of a ZIP file. As it is stored, byte for byte, unless unpacking it could go wrong
 * somewhere: then `_` stands in place of what is not safe. Never empty, `.`, `..`, nor with a separator.
 */
export function safeZipName(name: string): string {
  const safe = name
    .replace(FORBIDDEN, '_')
    .replace(REORDERING, '_')
    .replace(TRAILING, (end) => '_'.repeat(end.length))
    .replace(DEVICE, '$&_');
  // Only the `_` behind a device makes it longer.
  return Buffer.byteLength(safe) <= MAX_NAME_BYTES ? safe : [...safe].slice(0, -1).join('');
}

/**
 * Names of one folder of a ZIP file, all different also where case does not count: a selection may have equal names from
 * different folders, and what is not safe in two names may be all that they differ in. Whoever comes later gets a number.
 */
export class ZipNames {
  private readonly taken = new Set<string>();
  /** The number to begin with, so that very many equal names are not counted again for each. */
  private readonly numbers = new Map<string, number>();

  /** The name that something of this name gets. */
  take(name: string): string {
    const safe = safeZipName(name);
    const key = nameKey(safe);
    if (this.claim(safe)) return safe;
    for (let number = this.numbers.get(key) ?? 1; ; number++) {
      const numbered = numberedName(safe, number);
      if (!this.claim(numbered)) continue;
      this.numbers.set(key, number + 1);
      return numbered;
    }
  }

  private claim(name: string): boolean {
    const key = nameKey(name);
    if (this.taken.has(key)) return false;
    this.taken.add(key);
    return true;
  }
}
