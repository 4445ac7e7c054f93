/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'quota',
  does: 'fifty uploads against the last place of the quota',
  proves: ['P-7'],
  spec: 'api-e2e/proof/quota.spec.ts',
  sizes: {
    smoke: { STOWAGE_QUOTA_RACES: '3' },
    nightly: { STOWAGE_QUOTA_RACES: '100' },
    release: { STOWAGE_QUOTA_RACES: '1000' },
  },
};
