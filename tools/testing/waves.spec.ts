import { describe, expect, it } from '@jest/globals';
import { wavesOf } from './waves.mjs';

describe('the tests of projects', () => {
  it('run one project after the other, but for those that wait most of the time', () => {
    expect(wavesOf(['api', 'api-e2e', 'tools', 'web', 'web-e2e'], false)).toEqual([
      [['api', 'api-e2e', 'web'], 1],
      [['tools', 'web-e2e'], 2],
    ]);
    expect(wavesOf(['tools'], false)).toEqual([[['tools'], 2]]);
    expect(wavesOf(['web'], false)).toEqual([[['web'], 1]]);
  });

  it('run two projects at once where there are only the small ones', () => {
    expect(wavesOf(['api', 'tools', 'web'], true)).toEqual([[['api', 'tools', 'web'], 2]]);
  });
});
