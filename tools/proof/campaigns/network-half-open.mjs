import { networkNeeds } from '../machine-needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'network-half-open',
  does: 'connections that die without a word while the server waits for their bytes',
  proves: ['P-4', 'P-5', 'P-8'],
  spec: 'api-e2e/proof/machine/network-half-open.spec.ts',
  needs: networkNeeds,
  sizes: {
    smoke: { STOWAGE_HALF_OPEN: '4' },
    nightly: { STOWAGE_HALF_OPEN: '32' },
    release: { STOWAGE_HALF_OPEN: '64' },
  },
};
