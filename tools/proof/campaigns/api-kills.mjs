/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'api-kills',
  does: 'kill -9 of the API at random moments, under eight clients',
  proves: ['P-1', 'P-2', 'P-3', 'P-4', 'P-5', 'P-8'],
  spec: 'api-e2e/proof/api-kills.spec.ts',
  sizes: {
    smoke: { STOWAGE_KILLS: '3' },
    demo: { STOWAGE_KILLS: '8' },
    nightly: { STOWAGE_KILLS: '500' },
    release: { STOWAGE_KILLS: '3000' },
  },
};
