/** Builds what the product runs from, when the sources differ from those of the last build. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Fault } from './fault.mjs';
import { runNode } from './run-command.mjs';

const SOURCES = ['apps/api', 'apps/web', 'libs', 'package-lock.json', 'nx.json', 'tsconfig.base.json'];
const PRODUCTS = [
  'dist/apps/api/main.js',
  'dist/apps/web/browser/index.html',
  'dist/apps/links/browser/index.html',
  'libs/contract/dist/index.js',
];
const SKIPPED = /(^|\/)(node_modules|dist|test|\.angular)$|\.spec\.ts$/;

/** Keeps Nx from asking, drawing, or staying behind as a daemon. */
const quietNx = { NX_DAEMON: 'false', NX_TUI: 'false', NX_INTERACTIVE: 'false', NX_NO_CLOUD: 'true', FORCE_COLOR: '0' };

/**
 * @param {string} root
 * @param {string} place relative to root
 * @param {import('node:crypto').Hash} hash
 */
function addTo(hash, root, place) {
  const full = path.join(root, place);
  const stat = fs.statSync(full, { throwIfNoEntry: false });
  if (!stat || SKIPPED.test(place)) return;
  if (stat.isDirectory()) {
    for (const name of fs.readdirSync(full).sort()) addTo(hash, root, `${place}/${name}`);
  } else {
    const content = fs.readFileSync(full);
    hash.update(`${place}\0${content.length}\0`).update(content);
  }
}

/**
 * @param {string} root
 * @returns {string} a digest of everything that goes into the build
 */
export function sourceDigest(root) {
  const hash = createHash('sha256');
  for (const place of SOURCES) addTo(hash, root, place);
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} digest
 * @returns {boolean} whether the last build of everything was of these sources
 */
export function isBuilt(root, digest) {
  try {
    if (fs.readFileSync(path.join(root, 'dist', 'build-stamp'), 'utf8').trim() !== digest) return false;
  } catch {
    return false;
  }
  return PRODUCTS.every((place) => fs.existsSync(path.join(root, place)));
}

/**
 * Runs Nx.
 * @param {string} root
 * @param {string[]} args
 * @param {{ signal?: AbortSignal, quiet?: boolean, env?: NodeJS.ProcessEnv }} options
 */
export function runNx(root, args, { signal, quiet = false, env }) {
  const nx = path.join(root, 'node_modules', 'nx');
  const bin = JSON.parse(fs.readFileSync(path.join(nx, 'package.json'), 'utf8')).bin.nx;
  return runNode(path.join(nx, bin), args, {
    cwd: root,
    quiet,
    env: { ...quietNx, ...env },
    ...(signal && { signal }),
  });
}

/**
 * @param {string} root
 * @param {{ log: (line: string) => void, signal?: AbortSignal }} options
 * @throws {Fault}
 */
export async function buildIfNeeded(root, { log, signal }) {
  const digest = sourceDigest(root); // before the build: a source saved during it makes the next start build again
  if (isBuilt(root, digest)) return;
  log('Building (about half a minute)…');
  const { code, output } = await runNx(root, ['run-many', '-t', 'build'], { quiet: true, ...(signal && { signal }) });
  if (signal?.aborted) return;
  if (code !== 0) {
    log(output.trimEnd());
    throw new Fault(`The build failed (exit code ${code}); see the messages above.`);
  }
  fs.writeFileSync(path.join(root, 'dist', 'build-stamp'), `${digest}\n`);
}
