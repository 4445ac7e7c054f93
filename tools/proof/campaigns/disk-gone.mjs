import { diskNeeds } from '../machine-needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'disk-gone',
  does: 'a disk that is made read-only, vanishes, is not mounted, or dies with its journal',
  proves: ['P-1', 'P-2', 'P-3', 'P-8', 'P-9', 'P-10'],
  spec: 'api-e2e/proof/machine/disk-gone.spec.ts',
  needs: diskNeeds,
  sizes: {
    smoke: { STOWAGE_DISK_FAULTS: '1' },
    nightly: { STOWAGE_DISK_FAULTS: '20' },
    release: { STOWAGE_DISK_FAULTS: '100' },
  },
};
