import { diskNeeds } from '../machine-needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'disk-slow',
  does: 'a disk that moves 2 MiB a second: memory and the event loop',
  proves: ['P-1', 'P-8', 'P-10', 'P-12'],
  spec: 'api-e2e/proof/machine/disk-slow.spec.ts',
  needs: diskNeeds,
  sizes: {
    smoke: { STOWAGE_SLOW_DISK: '5' },
    nightly: { STOWAGE_SLOW_DISK: '60' },
    release: { STOWAGE_SLOW_DISK: '300' },
  },
};
