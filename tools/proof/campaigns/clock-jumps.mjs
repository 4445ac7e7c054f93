import { libfaketime } from '../needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'clock-jumps',
  does: 'the clock of the API, and that of PostgreSQL, jump by an hour and by two days, there and back',
  proves: ['P-1', 'P-2', 'P-9'],
  spec: 'api-e2e/proof/clock-jumps.spec.ts',
  needs: [libfaketime],
  sizes: {
    smoke: { STOWAGE_CLOCK_JUMPS: '2' },
    nightly: { STOWAGE_CLOCK_JUMPS: '12' },
    release: { STOWAGE_CLOCK_JUMPS: '40' },
  },
};
