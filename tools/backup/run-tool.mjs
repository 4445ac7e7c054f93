/** The operator's own tool for the database, run while nothing is removed. */
import { spawn } from 'node:child_process';
import { Fault } from '../workspace/fault.mjs';

/**
 * @param {string} program
 * @param {string} folder of this backup, given to it as STOWAGE_BACKUP_DIR
 * @param {AbortSignal} signal
 * @throws {Fault} when it does not end with 0
 */
export async function runTool(program, folder, signal) {
  const child = spawn(program, { stdio: 'inherit', env: { ...process.env, STOWAGE_BACKUP_DIR: folder }, signal });
  const ended = await new Promise((resolve) => {
    child.on('error', (error) => resolve(/** @type {NodeJS.ErrnoException} */ (error).code ?? error.message));
    child.on('close', (code, killed) => resolve(code ?? killed));
  });
  signal.throwIfAborted();
  if (ended !== 0) throw new Fault(`The database tool ${program} failed (${ended}); there is no backup.`);
}
