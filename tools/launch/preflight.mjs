/** What is checked before anything is started, so that a fault leaves nothing running. */
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { LockedError, takeLock } from '../process-lock.mjs';
import { Fault } from '../workspace/fault.mjs';

/**
 * @typedef {object} Platform
 * @property {string} platform of process.platform
 * @property {string} arch of process.arch
 * @property {boolean} musl
 */

/** @returns {Platform} */
export function thisPlatform() {
  let musl = false;
  if (process.platform === 'linux' && process.report) {
    const report = /** @type {{ excludeNetwork?: boolean }} */ (process.report);
    report.excludeNetwork = true; // looks up host names otherwise
    const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
    musl = header.glibcVersionRuntime === undefined;
  }
  return { platform: process.platform, arch: process.arch, musl };
}

/**
 * @param {Platform} machine
 * @throws {Fault} on a platform without an embedded PostgreSQL that we support
 */
export function refusePlatform({ platform, arch, musl }) {
  const advice = 'use Linux with glibc, WSL 2 or the container image (docker-compose.yml)';
  if (platform === 'win32') throw new Fault(`Stowage does not run on Windows itself; ${advice}.`);
  if (musl) throw new Fault(`Stowage does not run on musl (Alpine) systems; ${advice}.`);
  if (!['linux', 'darwin'].includes(platform) || !['x64', 'arm64'].includes(arch)) {
    throw new Fault(`Stowage does not run on ${platform}-${arch}; ${advice}.`);
  }
}

/**
 * Makes the data folder and proves that we may write in it.
 * @param {string} dataDir
 * @throws {Fault}
 */
export function openDataFolder(dataDir) {
  const probe = path.join(dataDir, `.write-probe-${process.pid}`);
  try {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    fs.writeFileSync(probe, '');
    fs.rmSync(probe);
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    throw new Fault(
      `The data folder ${dataDir} is not writable (${code}); give this user write access, or set STOWAGE_DATA_DIR to another folder.`,
    );
  }
}

/**
 * One Stowage for one data folder.
 * @param {string} dataDir
 * @returns {() => void} gives the folder back
 * @throws {Fault}
 */
export function lockDataFolder(dataDir) {
  try {
    return takeLock(path.join(dataDir, 'launcher.lock'));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new Fault(
      `Stowage already runs on the data folder ${dataDir} (process ${error.pid}); stop it first, or set STOWAGE_DATA_DIR to another folder.`,
    );
  }
}

/**
 * Found out before an install or a build of a minute; the API finds it out again when somebody is faster than we are.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 * @throws {Fault}
 */
export async function checkPort({ PORT = '3000', HOST = '127.0.0.1' }) {
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return; // the API's schema names all faults of its settings
  const probe = net.createServer();
  /** @type {string | undefined} */
  const code = await new Promise((resolve) => {
    probe.on('error', (error) => resolve(/** @type {NodeJS.ErrnoException} */ (error).code));
    probe.listen(port, HOST, () => probe.close(() => resolve(undefined)));
  });
  if (code === 'EADDRINUSE') {
    throw new Fault(
      `Port ${port} is taken; stop the program that uses it, or choose another: PORT=${port + 1} npm start.`,
    );
  }
  if (code === 'EACCES')
    throw new Fault(`This user may not listen on port ${port}; choose one above 1023: PORT=3000 npm start.`);
}
