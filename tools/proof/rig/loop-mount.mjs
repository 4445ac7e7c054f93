/** Mounts an image of a disk, as a machine does that comes up again: the file system's journal is replayed. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** @param {string[]} words */
function run([program = '', ...args]) {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`);
}

/**
 * @template T
 * @param {string} image
 * @param {string} folder is made if need be
 * @param {() => Promise<T>} work while it is mounted
 * @returns {Promise<T>}
 * @throws {Error} when it cannot be mounted
 */
export async function whileMounted(image, folder, work) {
  fs.mkdirSync(folder, { recursive: true });
  run(['mount', '-t', 'ext4', '-o', 'loop', image, folder]);
  try {
    return await work();
  } finally {
    run(['umount', folder]);
  }
}
