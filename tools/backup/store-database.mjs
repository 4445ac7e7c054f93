/** Writes a base backup into the folder of a backup. */
import path from 'node:path';
import { Fault } from '../workspace/fault.mjs';
import { baseBackup } from './base-backup.mjs';
import { WrittenFile } from './durable-files.mjs';

/** @typedef {import('./manifest.mjs').StoredFile} StoredFile */

/**
 * @param {string} url of a role that may replicate
 * @param {string} folder
 * @param {AbortSignal} signal
 * @returns {Promise<{ start: string, end: string, files: StoredFile[] }>}
 * @throws {Fault} when the role may not replicate
 */
export async function storeDatabase(url, folder, signal) {
  const pieces = baseBackup(url);
  /** @type {StoredFile[]} */
  const files = [];
  /** @type {{ name: string, file: WrittenFile } | undefined} */
  let open;
  const finish = async () => {
    if (open) files.push({ name: open.name, ...(await open.file.finish()) });
    open = undefined;
  };
  try {
    for (let next = await firstOf(pieces); ; next = await pieces.next()) {
      signal.throwIfAborted();
      if (next.done) {
        await finish();
        return { ...next.value, files };
      }
      const piece = next.value;
      if (piece.type === 'bytes') await open?.file.write(piece.bytes);
      else {
        await finish();
        const name = path.basename(piece.name);
        open = { name, file: await WrittenFile.create(path.join(folder, name)) };
      }
    }
  } finally {
    await open?.file.abandon();
    await pieces.return({ start: '', end: '' });
  }
}

/**
 * The connection is made, and refused, with the first piece.
 * @param {ReturnType<typeof baseBackup>} pieces
 */
async function firstOf(pieces) {
  try {
    return await pieces.next();
  } catch (error) {
    const { code, message } = /** @type {Error & { code?: string }} */ (error);
    // No line in pg_hba.conf, or no right.
    if (code !== '28000' && code !== '42501') throw error;
    throw new Fault(
      `The database lets this role take no base backup (${message}); give it REPLICATION and a line for replication in pg_hba.conf, or use a tool of your own with --database-tool.`,
    );
  }
}
