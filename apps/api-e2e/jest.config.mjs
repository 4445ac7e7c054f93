import { preset } from '../../jest.preset.mjs';

// Every file starts servers of its own: two at a time keep two cores busy, more only make each other slow.
export default {
  ...preset,
  globalSetup: '<rootDir>/support/global-setup.mjs',
  globalTeardown: '<rootDir>/support/global-teardown.mjs',
  testTimeout: 120_000,
  maxWorkers: 2,
};
