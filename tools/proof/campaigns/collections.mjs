/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'collections',
  does: 'what is a month old keeps its bytes, and what has expired goes',
  proves: ['P-8', 'P-9'],
  spec: 'api-e2e/proof/collections.spec.ts',
  sizes: {
    smoke: {},
    nightly: {},
    release: {},
  },
};
