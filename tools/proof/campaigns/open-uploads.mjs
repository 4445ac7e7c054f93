/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'open-uploads',
  does: 'a start after kill -9 with very many uploads open',
  proves: ['P-5'],
  spec: 'api-e2e/proof/open-uploads.spec.ts',
  sizes: {
    smoke: {},
    nightly: { STOWAGE_OPEN_UPLOADS: '10000' },
    release: { STOWAGE_OPEN_UPLOADS: '10000' },
  },
};
