import fs from 'node:fs/promises';
import path from 'node:path';

const BLOCK = Buffer.alloc(4 * 1024 ** 2, 7);

/**
 * Writes a file and deletes it. On a virtual machine memory that was handed back costs several times as much when it is
 * touched again, and whoever is measured first would pay for it.
 * @param {string} folder on the disk that is measured
 * @param {number} bytes about as many as the next measurement writes
 */
export async function warmPages(folder, bytes) {
  const file = path.join(folder, 'warmth');
  const handle = await fs.open(file, 'w');
  try {
    for (let at = 0; at < bytes; at += BLOCK.length) await handle.write(BLOCK);
    await handle.datasync();
  } finally {
    await handle.close();
    await fs.rm(file);
  }
}
