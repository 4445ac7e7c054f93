/** Dependencies: installed when missing or stale, by the lock file and nothing else. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { nativeFolder } from '../postgres/native-folder.mjs';
import { Fault } from './fault.mjs';
import { runNode } from './run-command.mjs';

/** @param {string} root */
function wantedStamp(root) {
  const lock = createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  return JSON.stringify({ lock, abi: process.versions.modules, platform: process.platform, arch: process.arch });
}

/** @param {string} root */
const stampFile = (root) => path.join(root, 'node_modules', '.stowage-install.json');

/** @param {string} file */
function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * An install made by hand has no stamp of ours, but npm's own record of what it put there.
 * @param {string} root
 */
function matchesLock(root) {
  const hidden = readText(path.join(root, 'node_modules', '.package-lock.json'));
  if (hidden === undefined) return false;
  const installed = JSON.parse(hidden).packages ?? {};
  const wanted = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages ?? {};
  return Object.entries(wanted).every(([place, entry]) => {
    if (!place.startsWith('node_modules/') || entry.link) return true;
    const found = installed[place];
    return found ? found.version === entry.version && found.integrity === entry.integrity : Boolean(entry.optional);
  });
}

/** @param {string} root */
function writeStamp(root) {
  try {
    fs.writeFileSync(stampFile(root), wantedStamp(root));
  } catch {
    // Installed by another user: the check by npm's record is only slower.
  }
}

/**
 * @param {string} root
 * @returns {boolean}
 */
export function isInstalled(root) {
  const stamp = readText(stampFile(root));
  if (stamp === wantedStamp(root)) return true;
  // A stamp of another Node version or machine means that binaries may not fit, whatever npm's record says.
  if (stamp !== undefined) {
    const { lock: _lock, ...machine } = JSON.parse(stamp);
    const { lock: _wanted, ...here } = JSON.parse(wantedStamp(root));
    if (JSON.stringify(machine) !== JSON.stringify(here)) return false;
  }
  if (!matchesLock(root)) return false;
  writeStamp(root);
  return true;
}

/** The npm that runs us, else the one beside our Node. */
function npmProgram() {
  const beside = path.dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath,
    path.join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = candidates.find((file) => file?.endsWith('npm-cli.js') && fs.existsSync(file));
  if (!found)
    throw new Fault('npm was not found beside this Node.js; run npm ci --include=dev --ignore-scripts yourself.');
  return found;
}

/**
 * @param {string} root the folder with package-lock.json
 * @param {{ log: (line: string) => void, signal?: AbortSignal }} options
 * @throws {Fault}
 */
export async function installIfNeeded(root, { log, signal }) {
  if (!isInstalled(root)) {
    log('Installing dependencies (about a minute)…');
    const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { code } = await runNode(npmProgram(), args, { cwd: root, ...(signal && { signal }) });
    if (signal?.aborted) return;
    if (code !== 0)
      throw new Fault(`npm ci failed (exit code ${code}); see its messages above, then run npm start again.`);
    writeStamp(root);
  }
  nativeFolder(); // links the libraries of PostgreSQL, which an install without scripts leaves out
}
