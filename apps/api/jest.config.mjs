import { preset } from '../../jest.preset.mjs';

const small = process.env.STOWAGE_TEST_SIZE === 'small';

/** What keeps the books: a branch of it that no test takes fails a run of all tests with --coverage (docs/testing.md). */
export const bookkeeping = [
  'src/spaces/space-quota.ts',
  'src/upload/byte-ranges.ts',
  'src/upload/chunk-ledger.ts',
  'src/upload/completion.service.ts',
  'src/upload/lease-renewal.ts',
  'src/upload/quota-audit.ts',
  'src/upload/reservation.ts',
  'src/upload/upload-leases.ts',
  'src/upload/upload-ledger.ts',
  'src/upload/upload-states.ts',
];

export default {
  ...preset,
  // One PostgreSQL for all medium tests; each file makes a database of its own on it.
  ...(small
    ? {}
    : { globalSetup: '<rootDir>/test/global-setup.mjs', globalTeardown: '<rootDir>/test/global-teardown.mjs' }),
  setupFiles: ['<rootDir>/test/one-realm.mjs'],
  // Medium tests wait for the disk more than they compute.
  maxWorkers: 2,
  testTimeout: 60_000,
  // Measured on what swc makes of the source: v8's own counts have no branch for an `if` without `else`.
  coverageProvider: 'babel',
  coverageReporters: [small ? 'none' : 'text'],
  collectCoverageFrom: small ? ['!**'] : bookkeeping.map((file) => `<rootDir>/${file}`),
  ...(small ? {} : { coverageThreshold: { global: { branches: 100 } } }),
};
