/** The programs of a guest, each in one file: a guest reads the host's files slowly, and the API has thousands. */
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { ABSENT } from '../../../apps/api/absent-packages.mjs';

/**
 * @typedef {object} Bundle
 * @property {string} supervisor
 * @property {string} api
 * @property {string} count
 */

/** Left where they are: they hold machine code or files that are served. */
const NATIVE = ['@node-rs/*', 'fs-native-extensions', 'swagger-ui-dist'];

/** CommonJS inside a module needs what Node gives to it elsewhere. */
const COMMON_JS = [
  `import { createRequire as rigRequire } from 'node:module';`,
  `const require = rigRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`,
].join('\n');

/**
 * Bundles the built API and its companions so that each finds its files where it would in the workspace.
 * @param {string} root the workspace, or a copy of one, with the API built
 * @param {string} target an empty folder
 * @param {string} counter what counts in the guest: exports `count` and `settle`
 * @returns {Promise<Bundle>}
 */
export async function bundleGuest(root, target, counter) {
  const api = path.join(root, 'dist', 'out', 'api');
  const entries = {
    'dist/apps/api/main': path.join(api, 'main.js'),
    'dist/apps/api/filesystem/digest-worker': path.join(api, 'blobs', 'filesystem', 'digest-worker.js'),
    // Where the embedded PostgreSQL looks for its package.
    'tools/postgres/supervisor': path.join(import.meta.dirname, 'guest', 'supervisor.mjs'),
    'tools/postgres/count': counter,
  };
  await build({
    ...{ entryPoints: entries, outdir: target, outExtension: { '.js': '.mjs' }, bundle: true, minifySyntax: true },
    ...{ minifyWhitespace: true, legalComments: 'none' },
    ...{ platform: 'node', format: 'esm', target: 'node20', keepNames: true, logLevel: 'warning' },
    banner: { js: COMMON_JS },
    external: [...NATIVE, ...ABSENT],
  });
  // It is started by this name.
  fs.renameSync(
    path.join(target, 'dist/apps/api/filesystem/digest-worker.mjs'),
    path.join(target, 'dist/apps/api/filesystem/digest-worker.js'),
  );
  fs.copyFileSync(path.join(root, 'package.json'), path.join(target, 'package.json'));
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(target, 'node_modules'));
  return {
    supervisor: path.join(target, 'tools/postgres/supervisor.mjs'),
    api: path.join(target, 'dist/apps/api/main.mjs'),
    count: path.join(target, 'tools/postgres/count.mjs'),
  };
}
