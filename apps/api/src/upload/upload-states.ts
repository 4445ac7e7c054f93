import type { UploadState } from '@stowage/contract';

/** The moves an upload can make; each is one conditional UPDATE in the ledger, and raises the upload's epoch. */
export const MOVES: Readonly<Record<UploadState, readonly UploadState[]>> = {
  receiving: ['completing', 'failed', 'cancelled', 'expired'],
  completing: ['complete', 'failed'],
  complete: [],
  failed: [],
  cancelled: [],
  expired: [],
};

/** True when an upload in this state moves no more. */
export function isFinal(state: UploadState): boolean {
  return MOVES[state].length === 0;
}

/** True when an upload in this state has ended without a file: it repeats its refusal to whatever comes late. */
export function isRefused(state: UploadState): boolean {
  return isFinal(state) && state !== 'complete';
}
