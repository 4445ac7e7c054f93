/** Names the engine that a proof is about: runs of the same one may be added up. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** What a promise depends on: the API, what crosses its wire, and the packages that both run with. */
const SOURCES = ['apps/api/src', 'libs/contract/src'];

/**
 * @param {string} root
 * @returns {string[]} relative paths, sorted; no tests
 */
function sourceFiles(root) {
  return SOURCES.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')),
  ).sort();
}

/**
 * @param {string} root
 * @returns {string[]} what a production install brings, a line each
 */
function productionPackages(root) {
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([place, entry]) => place.startsWith('node_modules/') && !entry.dev && !entry.link)
    .map(([place, { version, integrity = '' }]) => `${place} ${version} ${integrity}`)
    .sort();
}

/**
 * @param {string} root the workspace
 * @returns {string} 16 hex digits
 */
export function engineOf(root) {
  const hash = createHash('sha256');
  for (const file of sourceFiles(root)) {
    const content = fs.readFileSync(path.join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  for (const line of productionPackages(root)) hash.update(`${line}\n`);
  return hash.digest('hex').slice(0, 16);
}

/**
 * @param {string} root
 * @param {readonly string[]} ours files that a run itself changes
 * @returns {{ commit: string | null, dirty: boolean | null }} null outside of a clone
 */
export function stateOf(root, ours) {
  const git = (/** @type {string[]} */ ...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  const head = git('rev-parse', '--short=12', 'HEAD');
  if (head.status !== 0) return { commit: null, dirty: null };
  const changes = git('status', '--porcelain').stdout.split('\n').filter(Boolean);
  return { commit: head.stdout.trim(), dirty: changes.some((line) => !ours.includes(line.slice(3))) };
}
