import type { UploadSummary } from '@stowage/contract';
import { say } from '../language/say.js';
import { byteSize } from '../ui/byte-size.js';
import { reasonOf } from '../upload/unfinished-words.js';

/** How it stands with an upload, and why, as a sentence. */
export function statusOf(upload: UploadSummary): string {
  const { state, reason } = upload;
  if (state === 'receiving' || state === 'completing') return reasonOf(upload);
  if (state !== 'failed') return say(`transfers.status.${state}`);
  if (reason === undefined) return say('transfers.status.failedOnly');
  return say('transfers.status.failed', { why: reasonOf(upload) });
}

/** True for one that goes no further until somebody does something. */
export function needsAttention({ state, active }: UploadSummary): boolean {
  return state === 'receiving' && !active;
}

/** True for one that changes by itself. */
export function moves({ state, active }: UploadSummary): boolean {
  return state === 'completing' || (state === 'receiving' && active);
}

/** Who began an upload, in a list. */
export function byWords({ owner }: UploadSummary): string {
  return owner === null ? say('transfers.list.nobody') : say('transfers.list.by', { name: owner.name });
}

/** What an unfinished upload lacks; empty when nothing is lacking, or nobody knows how much. */
export function missingWords({ state, missing }: UploadSummary): string {
  if (state !== 'receiving' || missing === null || missing === 0) return '';
  return say('transfers.list.missing', { size: byteSize(missing) });
}
