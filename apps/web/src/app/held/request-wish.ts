import type { UploadSource } from '@stowage/client';
import { type HeldRequest, hasExtension } from '@stowage/contract';
import { say } from '../language/say.js';
import { byteSize } from '../ui/byte-size.js';

/** A file that the request does not take, and why. */
export interface RefusedFile {
  readonly name: string;
  readonly why: string;
}

/** Parts files into those that a request takes and those that it would refuse, before a byte is sent. */
export function sorted(
  sources: readonly UploadSource[],
  { maxFileSize, allowedExtensions }: HeldRequest,
): { readonly taken: readonly UploadSource[]; readonly refused: readonly RefusedFile[] } {
  const refused: RefusedFile[] = [];
  const taken = sources.filter(({ name, content }) => {
    const isKind = allowedExtensions === null || hasExtension(name, allowedExtensions);
    const fits = maxFileSize === null || content.size <= maxFileSize;
    if (!isKind) refused.push({ name, why: say('held.request.otherKind') });
    else if (!fits) refused.push({ name, why: say('held.request.tooLarge', { size: byteSize(content.size) }) });
    return isKind && fits;
  });
  return { taken, refused };
}
