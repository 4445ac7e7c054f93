import { preset } from '../jest.preset.mjs';

// The tools lie one level higher than the other projects, and start servers and processes.
export default { ...preset, moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' }, testTimeout: 120_000 };
