import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { workspaceRoot } from '../workspace/root.mjs';

/** @param {readonly [string, ...string[]]} words */
function ask([program, ...args]) {
  try {
    return execFileSync(program, args, {
      cwd: workspaceRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

/**
 * What figures were taken on.
 * @param {string} folder on the disk that is measured
 * @returns {import('./report.mjs').Machine}
 */
export const describeMachine = (folder) => ({
  processor: os.cpus()[0]?.model ?? 'unknown',
  cores: os.availableParallelism(),
  memoryGib: Math.round(os.totalmem() / 1024 ** 3),
  kernel: `${os.type()} ${os.release().split('-')[0]}`,
  fileSystem: ask(['findmnt', '--noheadings', '--output', 'FSTYPE', '--target', folder]),
  node: process.version,
});

/** The commit that is measured, and whether it is all. */
export function describeCommit() {
  const changed = ask(['git', 'status', '--porcelain', '--', 'apps', 'libs', 'package-lock.json']) !== '';
  return ask(['git', 'rev-parse', '--short', 'HEAD']) + (changed ? ' with changes' : '');
}
