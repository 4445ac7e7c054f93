import { diskNeeds } from '../machine-needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'disk-full',
  does: 'a disk without bytes, and one without inodes, under eight clients',
  proves: ['P-1', 'P-2', 'P-3', 'P-8', 'P-10'],
  spec: 'api-e2e/proof/machine/disk-full.spec.ts',
  needs: diskNeeds,
  sizes: {
    smoke: { STOWAGE_DISK_FAULTS: '1' },
    nightly: { STOWAGE_DISK_FAULTS: '20' },
    release: { STOWAGE_DISK_FAULTS: '100' },
  },
};
