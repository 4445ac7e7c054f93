import { preset } from '../../jest.preset.mjs';

// Disks and networks that fail need root, and are asked for by name: tools/proof/machine-faults.mjs.
const machine = process.env.STOWAGE_MACHINE_FAULTS === undefined ? ['/proof/machine/'] : [];
// These need root and Debian packages, and minutes: they run when a size is asked for (docs/testing.md).
const RIG = Object.entries({
  STOWAGE_MACHINE_CRASHES: 'proof/machine-crashes',
  STOWAGE_REPLAY_POINTS: 'proof/disk-cache',
});
const leftOut = RIG.flatMap(([size, file]) => (Number(process.env[size] ?? 0) > 0 ? [] : [`/${file}\\.spec\\.ts$`]));

// Every file starts servers of its own: two at a time keep two cores busy, more only make each other slow.
export default {
  ...preset,
  testPathIgnorePatterns: [...preset.testPathIgnorePatterns, ...machine, ...leftOut],
  globalSetup: '<rootDir>/support/global-setup.mjs',
  globalTeardown: '<rootDir>/support/global-teardown.mjs',
  testTimeout: 120_000,
  maxWorkers: 2,
};
