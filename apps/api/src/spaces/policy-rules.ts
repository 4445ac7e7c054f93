import { bareMediaType, extensionsOf, hasExtension, UNKNOWN_MEDIA_TYPE, type Policy } from '@stowage/contract';
import { ProblemError } from '../platform/http/problem-error.js';
import { contradicts, isListed } from './media-types.js';

/** Entries of a list that a sentence names. */
const MOST_NAMED = 5;

/** What is known of a file before its bytes are. */
export interface DeclaredFile {
  readonly name: string;
  readonly mediaType: string;
  /** Bytes; null: nobody knows yet. */
  readonly length: number | null;
}

/** Why a policy does not let a file in, by what its client says of it; null when it does. */
export function declaredRefusal(policy: Policy, { name, mediaType, length }: DeclaredFile): ProblemError | null {
  return nameRefusal(policy, name) ?? typeRefusal(policy, mediaType) ?? sizeRefusal(policy, length);
}

/** The same, by its name alone. */
export function nameRefusal({ allowedExtensions, deniedExtensions }: Policy, name: string): ProblemError | null {
  const extensions = extensionsOf(name);
  const denied = extensions.find((extension) => deniedExtensions.includes(extension));
  if (denied !== undefined) return notAllowed(`Files with .${denied} in their names are not let in.`);
  return allowedExtensions.length === 0 ? null : extensionRefusal(allowedExtensions, name);
}

/** Why a file is not let in where names have to end in one of some extensions; null when its name does. */
export function extensionRefusal(allowed: readonly string[], name: string): ProblemError | null {
  if (hasExtension(name, allowed)) return null;
  return notAllowed(`Only files are let in whose names end in ${named(allowed.map((one) => `.${one}`))}.`);
}

function typeRefusal({ allowedTypes, deniedTypes }: Policy, mediaType: string): ProblemError | null {
  const declared = bareMediaType(mediaType);
  if (isListed(deniedTypes, declared)) return notAllowed(`Files of the type ${declared} are not let in.`);
  // Whoever declares nothing is asked again when the bytes are there.
  if (allowedTypes.length === 0 || declared === UNKNOWN_MEDIA_TYPE || isListed(allowedTypes, declared)) return null;
  return notAllowed(`Only files of these types are let in: ${named(allowedTypes)}.`);
}

function sizeRefusal({ maxFileSize }: Policy, length: number | null): ProblemError | null {
  return maxFileSize === null || length === null || length <= maxFileSize ? null : tooLargeForSpace(maxFileSize);
}

/**
 * Why a policy does not let a file in, by what is in it; null when it does.
 * @param detected what its first bytes are; null: they do not tell, as those of text
 */
export function contentRefusal(
  { allowedTypes, deniedTypes }: Policy,
  mediaType: string,
  detected: string | null,
): ProblemError | null {
  const declared = bareMediaType(mediaType);
  if (detected !== null && isListed(deniedTypes, detected)) {
    return contentNotAllowed(`These bytes are ${detected}, and such files are not let in.`);
  }
  if (allowedTypes.length === 0) return null;
  if (declared === UNKNOWN_MEDIA_TYPE && !isListed(allowedTypes, declared)) {
    return detected !== null && isListed(allowedTypes, detected)
      ? null
      : contentNotAllowed(`Only files of these types are let in: ${named(allowedTypes)}.`);
  }
  return detected !== null && contradicts(declared, detected)
    ? contentNotAllowed(`These bytes are ${detected}, and not ${declared}.`)
    : null;
}

/** A file larger than those that a space takes. */
export function tooLargeForSpace(bytes: number): ProblemError {
  return new ProblemError('file-too-large', `Files of this space can have ${bytes} bytes at most.`);
}

function notAllowed(detail: string): ProblemError {
  return new ProblemError('type-not-allowed', detail);
}

function contentNotAllowed(detail: string): ProblemError {
  return new ProblemError('content-not-allowed', detail);
}

function named(entries: readonly string[]): string {
  const shown = entries.slice(0, MOST_NAMED);
  const more = entries.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}
