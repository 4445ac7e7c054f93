/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'space-account',
  does: 'random steps, alone and at once, against a recount of what two spaces have used and reserved',
  proves: ['P-7'],
  spec: 'api-e2e/proof/space-account.spec.ts',
  sizes: {
    smoke: { STOWAGE_ACCOUNT_STEPS: '50' },
    nightly: { STOWAGE_ACCOUNT_STEPS: '400' },
    release: { STOWAGE_ACCOUNT_STEPS: '2000' },
  },
};
