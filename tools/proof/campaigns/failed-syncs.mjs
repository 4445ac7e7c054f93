/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'failed-syncs',
  does: 'one sync fails, and the disk forgets what was written since the one before',
  proves: ['P-1', 'P-3', 'P-6', 'P-10'],
  spec: 'api-e2e/proof/failed-syncs.spec.ts',
  sizes: {
    smoke: {},
    demo: {},
    nightly: {},
    release: {},
  },
};
