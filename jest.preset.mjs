/**
 * What every project's jest configuration shares: ESM, TypeScript through swc with decorator metadata (TypeORM and Nest
 * need it), workspace libraries read from source, and the sizes of tests (docs/testing.md).
 */
const small = process.env.STOWAGE_TEST_SIZE === 'small';

export const preset = {
  rootDir: '.',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...(small ? ['\\.medium\\.spec\\.ts$'] : [])],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@stowage/(contract|client)$': '<rootDir>/../../libs/$1/src/index.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};
