/** Programs of Debian that are measured beside us. Installed when that is possible, else whoever needs one says so. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** @typedef {'nginx' | 'flask' | 'openssl' | 'curl'} Program */

const POLICY = '/usr/sbin/policy-rc.d';

/** @type {Readonly<Record<Program, { packages: string, isThere: () => boolean }>>} */
const PROGRAMS = {
  nginx: { packages: 'nginx', isThere: () => runs('nginx', ['-v']) },
  flask: { packages: 'python3-flask', isThere: () => runs('/usr/bin/python3', ['-c', 'import flask']) },
  openssl: { packages: 'openssl', isThere: () => runs('openssl', ['version']) },
  curl: { packages: 'curl', isThere: () => runs('curl', ['--version']) },
};

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
function runs(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** @param {readonly string[]} packages */
function install(packages) {
  // A package with a service would start it: that is not wanted here.
  const ownPolicy = !fs.existsSync(POLICY);
  if (ownPolicy) fs.writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    /** @type {import('node:child_process').SpawnSyncOptions} */
    const options = { env, stdio: ['ignore', 'ignore', 'inherit'] };
    spawnSync('apt-get', ['update', '-q'], options);
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], options);
  } finally {
    if (ownPolicy) fs.rmSync(POLICY);
  }
}

/**
 * Sees to it that the programs are there, as far as this machine lets us.
 * @param {(line: string) => void} log
 * @returns {ReadonlyMap<Program, string>} those that are not there, each with a sentence why
 */
export function providePrograms(log) {
  const names = /** @type {Program[]} */ (Object.keys(PROGRAMS));
  const absent = () => names.filter((name) => !PROGRAMS[name].isThere());
  const wanted = absent().map((name) => PROGRAMS[name].packages);
  const mayInstall = process.getuid?.() === 0 && runs('apt-get', ['--version']);
  if (wanted.length > 0 && mayInstall) {
    log(`Installing ${wanted.join(', ')}…`);
    install(wanted);
  }
  const why = mayInstall ? 'could not be installed' : 'is not installed, and only root can with apt-get';
  return new Map(absent().map((name) => [name, `${PROGRAMS[name].packages} ${why}`]));
}
