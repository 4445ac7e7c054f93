import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '@stowage/contract';
import type { Upload } from './entities/upload.entity.js';
import { nameTaken } from '../entries/tree-refusals.js';
import { problemOfReason, refusalOf } from './upload-refusals.js';

const ended = (state: Upload['state'], reason: string | null) => refusalOf({ state, reason } as Upload);

describe('the refusal of an upload that has ended', () => {
  it('is the one it ended with', () => {
    expect(ended('failed', 'digest-mismatch')).toMatchObject({
      code: 'digest-mismatch',
      message: PROBLEMS['digest-mismatch'].title,
    });
    expect(ended('failed', 'name-taken').message).toBe(nameTaken().message);
  });

  it('is that it was removed', () => {
    expect(ended('cancelled', null).code).toBe('upload-cancelled');
  });

  it.each([null, 'a code of another version', 'toString'])('is a fault of ours for the reason %p', (reason) => {
    expect(problemOfReason(reason).code).toBe('internal');
  });

  it('is in words that people know where a name is taken', () => {
    expect(nameTaken().message).toBe('File already exists');
  });
});
