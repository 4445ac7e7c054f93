import { networkNeeds } from '../machine-needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'network-faults',
  does: 'a network that loses packets, resets, swallows, is unplugged, or becomes narrow, under eight clients',
  proves: ['P-1', 'P-2', 'P-4', 'P-5', 'P-8'],
  spec: 'api-e2e/proof/machine/network-faults.spec.ts',
  needs: networkNeeds,
  sizes: {
    smoke: { STOWAGE_NETWORK_FAULTS: '1' },
    nightly: { STOWAGE_NETWORK_FAULTS: '20' },
    release: { STOWAGE_NETWORK_FAULTS: '100' },
  },
};
