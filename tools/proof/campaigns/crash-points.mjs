/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'crash-points',
  does: 'kill -9 at each named step: every write, sync, link, statement and commit',
  proves: ['P-1', 'P-2', 'P-3', 'P-4', 'P-8'],
  spec: 'api-e2e/proof/crash-points.spec.ts',
  sizes: {
    smoke: { STOWAGE_CRASH_ROUNDS: '0' },
    nightly: { STOWAGE_CRASH_ROUNDS: '2' },
    release: { STOWAGE_CRASH_ROUNDS: '20' },
  },
};
