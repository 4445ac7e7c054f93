/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'fuzz',
  does: 'requests with something about them wrong, over raw connections to every route',
  proves: ['P-8'],
  spec: 'api-e2e/proof/fuzz.spec.ts',
  sizes: {
    smoke: { STOWAGE_FUZZ: '1500' },
    nightly: { STOWAGE_FUZZ: '100000' },
    release: { STOWAGE_FUZZ: '300000' },
  },
};
