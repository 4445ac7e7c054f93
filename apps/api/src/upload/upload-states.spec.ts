import { describe, expect, it } from '@jest/globals';
import { UPLOAD_STATES, type UploadState } from '@stowage/contract';
import { isRefused, MOVES } from './upload-states.js';

/** States that can be reached from one, itself included. */
function reachable(from: UploadState): Set<UploadState> {
  const found = new Set<UploadState>([from]);
  for (const state of found) for (const next of MOVES[state]) found.add(next);
  return found;
}

const FINAL = UPLOAD_STATES.filter((state) => MOVES[state].length === 0);

describe('the states of an upload', () => {
  it('are those of the contract', () => {
    expect(Object.keys(MOVES).sort()).toEqual([...UPLOAD_STATES].sort());
  });

  it('can all be reached from the first', () => {
    expect([...reachable('receiving')].sort()).toEqual([...UPLOAD_STATES].sort());
  });

  it('all lead to an end', () => {
    expect(FINAL).toEqual(['complete', 'failed', 'cancelled', 'expired']);
    for (const state of UPLOAD_STATES) expect(FINAL.some((end) => reachable(state).has(end))).toBe(true);
  });

  it('are never left and entered again', () => {
    for (const state of UPLOAD_STATES) {
      for (const next of MOVES[state]) expect(reachable(next)).not.toContain(state);
    }
  });

  it('lead to a file only by way of completing, which cannot be cancelled', () => {
    expect(UPLOAD_STATES.filter((state) => MOVES[state].includes('complete'))).toEqual(['completing']);
    expect(MOVES.completing).not.toContain('cancelled');
  });

  it('are refusals when they are final and not a file', () => {
    expect(UPLOAD_STATES.filter(isRefused)).toEqual(FINAL.filter((state) => state !== 'complete'));
  });
});
