import { MAX_NAME_BYTES } from '@stowage/contract';

/** What comes after the last dot, unless that is the first character: `.profile` has no extension. */
const EXTENSION = /(?<=.)\.[^.]{1,20}$/su;

/**
 * The name that a file gets when others have its own: `film (1).mov`; a folder has no extension: `v1.2 (1)`. As long as a
 * name may be; what is too much is cut off before the number, between characters.
 */
export function numberedName(name: string, number: number, kind: 'file' | 'folder' = 'file'): string {
  const extension = kind === 'folder' ? '' : (EXTENSION.exec(name)?.[0] ?? '');
  const ending = ` (${number})${extension}`;
  const room = MAX_NAME_BYTES - Buffer.byteLength(ending);
  let stem = '';
  let bytes = 0;
  for (const character of name.slice(0, name.length - extension.length)) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    stem += character;
  }
  return stem + ending;
}
