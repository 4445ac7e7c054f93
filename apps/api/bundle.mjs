/**
 * Puts the compiled API and most of its packages into a few files: a start reads and compiles these instead of some two
 * thousand, which was more than half of its time.
 */
import fs from 'node:fs';
import { build } from 'esbuild';
import { ABSENT } from './absent-packages.mjs';

/**
 * Stay packages: they bring native code or files of their own, tests stand between them and the API, or they are CommonJS and
 * loaded when first wanted, which in a bundle has no named exports.
 */
const PACKAGES = [
  ...['@node-rs/*', '@zxcvbn-ts/language-common', 'fs-native-extensions', 'pg', 'pg-boss', 'pg-copy-streams', 'pino'],
  'swagger-ui-dist',
];

fs.rmSync('dist/apps/api', { recursive: true, force: true });
await build({
  entryPoints: {
    main: 'dist/out/api/main.js',
    // All that main.js loads; tests that start servers very often have the next one load it before it is its turn.
    server: 'dist/out/api/server.js',
    // Where blobs.module.ts looks for it, seen from the one file.
    'filesystem/digest-worker': 'dist/out/api/blobs/filesystem/digest-worker.js',
  },
  outdir: 'dist/apps/api',
  bundle: true,
  platform: 'node',
  format: 'esm',
  splitting: true,
  target: 'node20.19',
  // Nest tells providers apart, and says what is wrong with them, by the names of their classes.
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  external: [...PACKAGES, ...ABSENT],
  // Packages that are CommonJS ask for Node's own modules this way.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  logLevel: 'warning',
});
