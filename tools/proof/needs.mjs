/** What a campaign needs of the machine, and how it gets there. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Need
 * @property {string} what in words, for the reason of a skip
 * @property {() => boolean} isThere
 * @property {readonly string[]} [packages] Debian packages that bring it
 * @property {boolean} [isOptional] the campaign runs without it, and says what it leaves out
 */

const isRoot = () => process.getuid?.() === 0;

/** @type {Need} */
export const root = { what: 'root', isThere: isRoot };

/**
 * @param {string} command
 * @param {string} [debianPackage] that has it, when its name is another one
 * @returns {Need} a command in the PATH
 */
export function commandOf(command, debianPackage = command) {
  const isThere = () => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command], { stdio: 'ignore' }).status === 0;
  return { what: command, isThere, packages: [debianPackage] };
}

/** Clocks that differ from the machine's for one process: `STOWAGE_FAKETIME` of the tests is its library. */
const FAKETIME_PLACES = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketimeMT.so.1`);

/** @type {Need} */
export const libfaketime = {
  what: 'libfaketime',
  isThere: () => FAKETIME_PLACES.some((file) => fs.existsSync(file)),
  packages: ['libfaketime'],
};

/** @type {Need} */
export const flask = {
  what: 'Python with Flask',
  isThere: () =>
    ['/usr/bin/python3', 'python3'].some((python) => spawnSync(python, ['-c', 'import flask']).status === 0),
  packages: ['python3-flask'],
  isOptional: true,
};

/** @param {string} place */
function canMakeFolderIn(place) {
  const folder = path.join(place, `stowage-need-${process.pid}`);
  try {
    fs.mkdirSync(folder);
    fs.rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** @type {Need} */
export const memoryCgroup = {
  what: 'a cgroup with a limit of memory that we may make',
  isThere: () => {
    const two = '/sys/fs/cgroup/cgroup.controllers';
    if (!fs.existsSync(two)) return canMakeFolderIn('/sys/fs/cgroup/memory');
    const controllers = fs.readFileSync(two, 'utf8').trim().split(' ');
    return controllers.includes('memory') && canMakeFolderIn('/sys/fs/cgroup');
  },
};

/** Machines that lose their power, see `rig`. @type {readonly Need[]} */
export const crashRig = [
  root,
  { what: 'Linux on x64', isThere: () => process.platform === 'linux' && process.arch === 'x64' },
  { what: '/dev/net/tun, through which guests are reached', isThere: () => fs.existsSync('/dev/net/tun') },
  ...[commandOf('linux.uml', 'user-mode-linux'), commandOf('insmod', 'kmod'), commandOf('dmsetup')],
  ...[commandOf('mkfs.ext4', 'e2fsprogs'), commandOf('ip', 'iproute2')],
];

/** @param {readonly string[]} packages */
function install(packages) {
  const options = {
    stdio: /** @type {const} */ ('ignore'),
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  const flags = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  if (spawnSync('apt-get', flags, options).status === 0) return;
  // A machine that has never asked what there is knows no package.
  spawnSync('apt-get', ['update', '-q'], options);
  spawnSync('apt-get', flags, options);
}

/**
 * Installs what can be installed.
 * @param {readonly Need[]} needs
 * @param {(line: string) => void} log
 * @returns {string | null} why the campaign cannot run here; null when it can
 */
export function reasonToSkip(needs, log) {
  const packages = needs.flatMap((need) => (need.isThere() ? [] : (need.packages ?? [])));
  if (packages.length > 0 && isRoot() && commandOf('apt-get').isThere()) {
    log(`Installing ${packages.join(', ')}…`);
    install(packages);
  }
  const missing = needs.filter((need) => need.isOptional !== true && !need.isThere());
  if (missing.length === 0) return null;
  const sentences = missing.map(({ what, packages: from = [] }) =>
    from.length === 0 ? `it needs ${what}` : `it needs ${what} (apt-get install ${from.join(' ')}, as root)`,
  );
  return sentences.join('; ');
}
