import type { UploadState } from '@stowage/contract';

/** The moves an upload can make; each is one conditional UPDATE in the ledger. */
export const MOVES: Readonly<Record<UploadState, readonly UploadState[]>> = {
  receiving: ['completing', 'failed', 'cancelled'],
  completing: ['complete', 'failed'],
  complete: [],
  failed: [],
  cancelled: [],
};

/** True when an upload in this state has ended without a file: it repeats its refusal to whatever comes late. */
export function isRefused(state: UploadState): boolean {
  return state === 'failed' || state === 'cancelled';
}
