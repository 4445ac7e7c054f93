/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'database-kills',
  does: 'kill -9 of PostgreSQL and of one of its processes, and freezes, under eight clients',
  proves: ['P-1', 'P-2', 'P-3', 'P-4', 'P-8', 'P-10'],
  spec: 'api-e2e/proof/database-kills.spec.ts',
  sizes: {
    smoke: { STOWAGE_PG_KILLS: '3' },
    demo: { STOWAGE_PG_KILLS: '3' },
    nightly: { STOWAGE_PG_KILLS: '150' },
    release: { STOWAGE_PG_KILLS: '300' },
  },
};
