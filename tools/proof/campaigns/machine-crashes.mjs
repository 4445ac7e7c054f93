import { crashRig } from '../needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'machine-crashes',
  does: 'the power of a whole machine goes at random moments: API, PostgreSQL and ext4 in a kernel of their own',
  proves: ['P-1', 'P-2', 'P-3', 'P-4', 'P-8'],
  spec: 'api-e2e/proof/machine-crashes.spec.ts',
  needs: crashRig,
  sizes: {
    smoke: { STOWAGE_MACHINE_CRASHES: '1' },
    nightly: { STOWAGE_MACHINE_CRASHES: '50' },
    release: { STOWAGE_MACHINE_CRASHES: '1000' },
  },
};
