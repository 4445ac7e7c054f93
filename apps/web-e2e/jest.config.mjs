import { preset } from '../../jest.preset.mjs';

// A browser, a server and a database each: more than one at a time only make each other slow.
export default {
  ...preset,
  globalSetup: '<rootDir>/../api-e2e/support/global-setup.mjs',
  globalTeardown: '<rootDir>/../api-e2e/support/global-teardown.mjs',
  testTimeout: 120_000,
  maxWorkers: 1,
};
