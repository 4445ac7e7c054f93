import { preset } from '../../jest.preset.mjs';

// Disks and networks that fail need root, and are asked for by name: tools/proof/machine-faults.mjs.
const machine = process.env.STOWAGE_MACHINE_FAULTS === undefined ? ['/proof/machine/'] : [];

// Every file starts servers of its own: two at a time keep two cores busy, more only make each other slow.
export default {
  ...preset,
  testPathIgnorePatterns: [...preset.testPathIgnorePatterns, ...machine],
  globalSetup: '<rootDir>/support/global-setup.mjs',
  globalTeardown: '<rootDir>/support/global-teardown.mjs',
  testTimeout: 120_000,
  maxWorkers: 2,
};
