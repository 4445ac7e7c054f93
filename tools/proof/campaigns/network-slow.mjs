import { networkNeeds } from '../machine-needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'network-slow',
  does: 'tiny windows, readers that read no more, writers that bring little at a time',
  proves: ['P-1', 'P-3', 'P-8', 'P-12'],
  spec: 'api-e2e/proof/machine/network-slow.spec.ts',
  needs: networkNeeds,
  sizes: {
    smoke: { STOWAGE_SLOW_READERS: '40' },
    nightly: { STOWAGE_SLOW_READERS: '100' },
    release: { STOWAGE_SLOW_READERS: '400' },
  },
};
