import presets from 'jest-preset-angular/presets/index.js';
import { preset } from '../../jest.preset.mjs';

const angular = presets.createEsmPreset({ tsconfig: '<rootDir>/tsconfig.spec.json' });

/** Components compile as Angular does it; everything else is as in the other projects. */
export default {
  ...preset,
  ...angular,
  rootDir: '.',
  testEnvironment: 'jest-environment-jsdom',
  testMatch: preset.testMatch,
  testPathIgnorePatterns: preset.testPathIgnorePatterns,
  // Machines that run everything at once are slow; nothing here waits without need.
  testTimeout: 20_000,
  setupFilesAfterEnv: ['<rootDir>/test/setup.ts'],
  moduleNameMapper: { ...angular.moduleNameMapper, ...preset.moduleNameMapper },
};
