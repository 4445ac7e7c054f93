import { preset } from '../../jest.preset.mjs';

// These need root and Debian packages, and minutes: they run when a size is asked for (docs/testing.md).
const SIZED = {
  STOWAGE_DISK_FAULTS: 'machine/disk-(errors|full|gone)',
  STOWAGE_SLOW_DISK: 'machine/disk-slow',
  STOWAGE_NETWORK_FAULTS: 'machine/network-faults',
  STOWAGE_HALF_OPEN: 'machine/network-half-open',
  STOWAGE_SLOW_READERS: 'machine/network-slow',
  STOWAGE_MACHINE_CRASHES: 'machine-crashes',
  STOWAGE_REPLAY_POINTS: 'disk-cache',
};
const leftOut = Object.entries(SIZED).flatMap(([size, file]) =>
  Number(process.env[size] ?? 0) > 0 ? [] : [`/proof/${file}\\.spec\\.ts$`],
);

// Every file starts servers of its own: two at a time keep two cores busy, more only make each other slow.
export default {
  ...preset,
  testPathIgnorePatterns: [...preset.testPathIgnorePatterns, ...leftOut],
  globalSetup: '<rootDir>/support/global-setup.mjs',
  globalTeardown: '<rootDir>/support/global-teardown.mjs',
  testTimeout: 120_000,
  maxWorkers: 2,
};
