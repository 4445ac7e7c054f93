/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'races',
  does: 'final chunks, repeated chunks, one name, deletes of equal content and cancels, all at once',
  proves: ['P-3', 'P-4', 'P-8', 'P-9'],
  spec: 'api-e2e/proof/races.spec.ts',
  sizes: {
    smoke: { STOWAGE_STORMS: '3', STOWAGE_RACES: '3' },
    nightly: { STOWAGE_STORMS: '100', STOWAGE_RACES: '20' },
    release: { STOWAGE_STORMS: '1000', STOWAGE_RACES: '200' },
  },
};
