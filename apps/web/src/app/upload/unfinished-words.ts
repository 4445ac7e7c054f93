import { PROBLEMS, type UploadSummary, isProblemCode } from '@stowage/contract';
import { say } from '../language/say.js';
import { byteSize, bytesOf } from '../ui/byte-size.js';
import { titleOf } from '../ui/problem-words.js';
import { ago, inTime } from '../ui/time-span.js';
import type { Parts } from './missing-parts.js';

const BLOCKED = {
  'name-taken': 'upload.unfinished.nameTaken',
  'path-not-a-folder': 'upload.unfinished.pathNotAFolder',
  'not-permitted': 'upload.unfinished.notPermitted',
} as const;

/** Why an upload is not finished, as a sentence. */
export function reasonOf({ state, reason, length, received, active }: UploadSummary): string {
  if (state === 'completing') return say('upload.unfinished.completing');
  if (active) return say('upload.unfinished.active');
  if (reason !== undefined) return blockedBy(reason);
  if (length === null) return say('upload.unfinished.noLength');
  return say(received === 0 ? 'upload.unfinished.nothing' : 'upload.unfinished.waiting');
}

function blockedBy(reason: string): string {
  if (Object.hasOwn(BLOCKED, reason)) return say(BLOCKED[reason as keyof typeof BLOCKED]);
  if (!isProblemCode(reason)) return reason;
  return `${titleOf({ code: reason, title: PROBLEMS[reason].title, detail: '' })}.`;
}

/** How much is there, and in how many parts the rest is missing, e.g. `3 of 12 MB here, 2 parts missing`. */
export function hereWords({ length, received }: UploadSummary, parts: Parts | null): string {
  const size = length === null ? byteSize(received) : bytesOf(received, length);
  const here = say('upload.unfinished.here', { size });
  if (parts === null || parts.missing.length === 0) return here;
  const count = parts.missing.length;
  return say(parts.truncated ? 'upload.unfinished.morePartsMissing' : 'upload.unfinished.partsMissing', {
    here,
    count,
  });
}

/** When an upload began, and when its last byte came. */
export function ageWords({ createdAt, updatedAt }: UploadSummary, now: Date): string {
  const started = ago(new Date(createdAt), now);
  const last = ago(new Date(updatedAt), now);
  return started === last
    ? say('upload.unfinished.started', { ago: started })
    : say('upload.unfinished.startedLast', { ago: started, last });
}

/** When an upload is given up; empty when it is not. */
export function expiryWords({ expiresAt }: UploadSummary, now: Date): string {
  return expiresAt === null ? '' : say('upload.unfinished.expires', { when: inTime(new Date(expiresAt), now) });
}
