import { crashRig } from '../needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'disk-cache',
  does: 'the power goes and takes what the disk had in its volatile cache: every write replayed to its flushes, and between',
  proves: ['P-1', 'P-2', 'P-3', 'P-4', 'P-8'],
  spec: 'api-e2e/proof/disk-cache.spec.ts',
  needs: crashRig,
  sizes: {
    smoke: { STOWAGE_REPLAY_POINTS: '5' },
    nightly: { STOWAGE_REPLAY_POINTS: '200' },
    release: { STOWAGE_REPLAY_POINTS: '2000' },
  },
};
