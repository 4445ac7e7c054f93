import nx from '@nx/eslint-plugin';
import angular from 'angular-eslint';
import tseslint from 'typescript-eslint';
import { disableWithReason } from './tools/lint/disable-with-reason.mjs';
import { noCycle } from './tools/lint/no-cycle.mjs';

// Run it through Nx (npm run lint): without the project graph enforce-module-boundaries checks nothing and says nothing.

const TESTS = ['**/*.spec.ts', '**/test/**', 'apps/*-e2e/**'];
const stowage = { rules: { 'disable-with-reason': disableWithReason, 'no-cycle': noCycle } };

/** Which projects a project may import: the arrows of docs/architecture.md. */
const arrows = [
  { sourceTag: 'scope:contract', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'scope:client', onlyDependOnLibsWithTags: ['scope:contract'] },
  { sourceTag: 'scope:api', onlyDependOnLibsWithTags: ['scope:contract'] },
  { sourceTag: 'scope:web', onlyDependOnLibsWithTags: ['scope:contract', 'scope:client'] },
  { sourceTag: 'scope:e2e', onlyDependOnLibsWithTags: ['scope:contract'] },
  { sourceTag: 'scope:tools', onlyDependOnLibsWithTags: [] },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.angular/**', 'data/**', 'tmp/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.mts', '**/*.mjs', '**/*.js'],
    extends: [tseslint.configs.strict],
    plugins: { '@nx': nx, stowage },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          // Tests start the database and find the browser with what the product uses itself; what the proof needs of the
          // machine is written once.
          // The journeys run the product through the harness of the acceptance tests.
          allow: [
            '/tools/(postgres/embedded-postgres|chromium|launch/api-flags|proof/(machine-needs|needs)|proof/rig/[\\w-]+)\\.mjs$',
            '/jest\\.preset\\.mjs$',
            '/apps/api/absent-packages\\.mjs$',
            '/api-e2e/support/[\\w-]+\\.(js|mjs)$',
          ],
          depConstraints: arrows,
        },
      ],
      'stowage/no-cycle': 'error',
      'stowage/disable-with-reason': 'error',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description', 'ts-ignore': true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Decorators give an empty class its meaning: a Nest module, an Angular component.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      'max-lines': ['error', { max: 400 }],
    },
  },
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [tseslint.configs.strictTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      // By code point is what we mean; this rule would have us say so at each place.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // Nest declares its options as a class and documents them as a literal.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // A fake is as asynchronous as what it stands for.
    files: TESTS.map((pattern) => (pattern.endsWith('.ts') ? pattern : `${pattern}/*.ts`)),
    // And what a closure changes while a test waits, the checker believes unchanged.
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },
  {
    files: ['**/*.ts', '**/*.mts', '**/*.mjs'],
    // A migration is one list of statements, in order.
    ignores: [...TESTS, '**/migrations/**'],
    rules: { 'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['**/tools/**'], message: 'Nothing at run time imports tools.' }] },
      ],
    },
  },
  {
    files: ['apps/api/src/**/*.ts'],
    ignores: ['apps/api/src/platform/config/environment.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only platform/config/environment.ts reads the environment.' },
      ],
    },
  },
  {
    files: ['apps/web/src/**/*.ts'],
    extends: [angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
    rules: {
      '@angular-eslint/prefer-on-push-component-change-detection': 'error',
    },
  },
  {
    files: ['apps/web/src/**/*.html'],
    extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility],
  },
);
