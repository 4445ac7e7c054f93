/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'lost-commits',
  does: 'the answer of a commit is lost, or the commit',
  proves: ['P-1', 'P-2', 'P-3', 'P-4', 'P-8'],
  spec: 'api-e2e/proof/lost-commits.spec.ts',
  sizes: {
    smoke: { STOWAGE_LOST_COMMITS: '12' },
    nightly: { STOWAGE_LOST_COMMITS: '500' },
    release: { STOWAGE_LOST_COMMITS: '1000' },
  },
};
