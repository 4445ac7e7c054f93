import { bareMediaType } from '@stowage/contract';
import { fileTypeFromBuffer } from 'file-type';

/** So many of the first bytes tell what a file is, where that can be told at all. */
export const HEAD_BYTES = 4100;

/**
 * The media type that the first bytes of a file have, by their magic: lower case, without parameters; null when they do not
 * tell, as those of text. Bytes that only begin as some format does, and then break off or go on as no such file, do not
 * tell either.
 */
export async function detectType(head: Uint8Array): Promise<string | null> {
  try {
    const found = await fileTypeFromBuffer(head);
    return found === undefined ? null : bareMediaType(found.mime);
  } catch {
    return null;
  }
}
