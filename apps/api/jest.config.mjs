import { preset } from '../../jest.preset.mjs';

const small = process.env.STOWAGE_TEST_SIZE === 'small';

export default {
  ...preset,
  // One PostgreSQL for all medium tests; each file makes a database of its own on it.
  ...(small
    ? {}
    : { globalSetup: '<rootDir>/test/global-setup.mjs', globalTeardown: '<rootDir>/test/global-teardown.mjs' }),
  setupFiles: ['<rootDir>/test/one-realm.mjs'],
  // Medium tests wait for the disk more than they compute.
  maxWorkers: 2,
  testTimeout: 30_000,
};
