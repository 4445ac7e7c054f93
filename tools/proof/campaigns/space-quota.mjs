/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'space-quota',
  does: 'fifty uploads of five principals against the last byte of a space',
  proves: ['P-7'],
  spec: 'api-e2e/proof/space-quota.spec.ts',
  sizes: {
    smoke: { STOWAGE_SPACE_RACES: '3' },
    nightly: { STOWAGE_SPACE_RACES: '50' },
    release: { STOWAGE_SPACE_RACES: '200' },
  },
};
