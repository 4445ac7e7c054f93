import { PROBLEMS, type UploadSummary, isProblemCode } from '@stowage/contract';
import { byteSize, bytesOf, count } from '../ui/byte-size.js';
import { ago, inTime } from '../ui/time-span.js';
import type { Parts } from './missing-parts.js';

const BLOCKED: Readonly<Record<string, string>> = {
  'name-taken': 'All bytes are here, but a file with this name exists in the folder.',
  'path-not-a-folder': 'All bytes are here, but a part of the folder path is a file.',
  'not-permitted': 'All bytes are here, but you may not upload to this space any more.',
};

/** Why an upload is not finished, as a sentence. */
export function reasonOf({ state, reason, length, received, active }: UploadSummary): string {
  if (state === 'completing') return 'The server is checking the bytes.';
  if (active) return 'Its bytes are arriving now, from elsewhere.';
  if (reason !== undefined) return BLOCKED[reason] ?? (isProblemCode(reason) ? `${PROBLEMS[reason].title}.` : reason);
  if (length === null) return 'Still arriving; its length is not known yet.';
  return received === 0 ? 'No bytes have arrived.' : 'Waiting for the rest of its bytes.';
}

/** How much is there, and in how many parts the rest is missing, e.g. `3 of 12 MB here, 2 parts missing`. */
export function hereWords({ length, received }: UploadSummary, parts: Parts | null): string {
  const here = `${length === null ? byteSize(received) : bytesOf(received, length)} here`;
  if (parts === null || parts.missing.length === 0) return here;
  const number = parts.missing.length;
  const some = parts.truncated
    ? `more than ${count(number)} parts`
    : number === 1
      ? '1 part'
      : `${count(number)} parts`;
  return `${here}, ${some} missing`;
}

/** When an upload began, and when its last byte came. */
export function ageWords({ createdAt, updatedAt }: UploadSummary, now: Date): string {
  const started = ago(new Date(createdAt), now);
  const last = ago(new Date(updatedAt), now);
  return started === last ? `Started ${started}.` : `Started ${started}, last byte ${last}.`;
}

/** When an upload is given up; empty when it is not. */
export function expiryWords({ expiresAt }: UploadSummary, now: Date): string {
  return expiresAt === null ? '' : `Expires ${inTime(new Date(expiresAt), now)}`;
}
