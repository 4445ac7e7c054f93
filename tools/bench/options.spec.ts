import { describe, expect, it } from '@jest/globals';
import { parseStat } from './kernel-accounts.mjs';
import { readOptions } from './options.mjs';

const read = (...args: string[]) => readOptions(args, ['large-file', 'link']);

describe('the options', () => {
  it('are a whole run with a file of 1 GiB, three times, unless they say otherwise', () => {
    expect(read()).toMatchObject({ only: undefined, quick: false, bytes: 1024 ** 3, rounds: 3 });
  });

  it('make a quick run small, and what is said holds there too', () => {
    expect(read('--quick')).toMatchObject({ quick: true, bytes: 128 * 1024 ** 2, rounds: 1 });
    expect(read('--quick', '--size', '16', '--rounds', '2')).toMatchObject({ bytes: 16 * 1024 ** 2, rounds: 2 });
  });

  it('choose cases', () => {
    expect(read('--only', 'link,large-file').only).toEqual(['link', 'large-file']);
  });

  it.each([
    ['a case that is not there', ['--only', 'link,nothing']],
    ['an option that is not there', ['--fast']],
    ['a size that is no number', ['--size', '1g']],
    ['no rounds', ['--rounds', '0']],
    ['a word without an option', ['link']],
  ])('refuse %s with one sentence and the usage', (_, args) => {
    expect(() => read(...args)).toThrow(expect.objectContaining({ name: 'Fault' }));
  });
});

describe('the accounts of the kernel', () => {
  it('are read of a process whatever its name', () => {
    const text = '17 (a) b) S 4 17 17 0 -1 4194304 1 2 3 4 100 20 3 1 20 0 1 0 5 6 7';
    expect(parseStat(text)).toEqual({ parent: 4, ticks: 124, own: 120 });
  });
});
