import { describe, expect, it } from '@jest/globals';
import { ReadinessProbes } from './readiness-probes.js';

describe('readiness', () => {
  it('is there when every probe passes', async () => {
    const probes = new ReadinessProbes();
    expect(await probes.failures()).toEqual([]);
    probes.add('database', () => Promise.resolve());
    expect(await probes.failures()).toEqual([]);
  });

  it('names every part that fails, with the cause', async () => {
    const probes = new ReadinessProbes();
    const cause = new Error('gone');
    probes.add('database', () => Promise.reject(cause));
    probes.add('network', () => Promise.resolve());
    probes.add('storage', () => Promise.reject(cause));
    expect(await probes.failures()).toEqual([
      { name: 'database', cause },
      { name: 'storage', cause },
    ]);
  });
});
