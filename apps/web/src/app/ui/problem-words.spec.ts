import { describe, expect, it } from '@jest/globals';
import { ProblemError } from '@stowage/client';
import { explain } from './problem-words.js';

function problem(code: string, title: string, detail: string): ProblemError {
  return new ProblemError({ type: 'x', code, title, detail, status: 400, retryable: false });
}

describe('problems in words', () => {
  it('say what happened and what to do', () => {
    expect(explain(problem('storage-full', 'Full', 'The disk is full.'))).toBe(
      'The disk is full. Free some space on the server, then retry.',
    );
  });

  it('do not say the title twice', () => {
    const taken = problem('name-taken', 'File already exists', 'File already exists');
    expect(explain(taken)).toBe('Rename your file, or delete the one that is there, then retry.');
  });

  it('ask nothing of anybody while they may pass', () => {
    expect(explain(problem('storage-full', 'Full', 'The disk is full'), false)).toBe('The disk is full.');
  });

  it('have nothing to add to what is not known', () => {
    expect(explain(problem('brand-new', 'New', 'Something new.'))).toBe('Something new.');
  });
});
