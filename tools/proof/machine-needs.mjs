/** What disks and networks that fail need of the machine: Linux, root, and some programs of Debian. */
import fs from 'node:fs';
import { commandOf, root } from './needs.mjs';

/** @typedef {import('./needs.mjs').Need} Need */

/**
 * @param {string} place
 * @returns {Need}
 */
function deviceAt(place) {
  return { what: place, isThere: () => fs.existsSync(place) };
}

/** @type {readonly Need[]} */
export const diskNeeds = [
  root,
  commandOf('nbdkit'),
  commandOf('nbdfuse', 'libnbd-bin'),
  commandOf('fusermount3', 'fuse3'),
  commandOf('mkfs.ext4', 'e2fsprogs'),
  deviceAt('/dev/fuse'),
  deviceAt('/dev/loop-control'),
];

/** @type {readonly Need[]} */
export const networkNeeds = [
  root,
  commandOf('ip', 'iproute2'),
  commandOf('tc', 'iproute2'),
  commandOf('nft', 'nftables'),
  commandOf('nsenter', 'util-linux'),
];

/**
 * Nothing is installed here: that is for `npm run prove`.
 * @param {readonly Need[]} needs
 * @returns {string} what is missing, for the reason of a skip; empty when all is there
 */
export function missingOf(needs) {
  return needs
    .filter((need) => !need.isThere())
    .map(({ what, packages = [] }) =>
      packages.length === 0 ? what : `${what} (apt-get install ${packages.join(' ')})`,
    )
    .join(', ');
}
