import { spawn } from 'node:child_process';

/**
 * @typedef {object} RunOptions
 * @property {string} cwd
 * @property {AbortSignal} [signal] ends the command and all it started
 * @property {NodeJS.ProcessEnv} [env] on top of ours
 * @property {boolean} [quiet] keep the output for the caller instead of showing it
 */

/**
 * Runs a program of this workspace with the Node that runs us, in a process group of its own: a Ctrl-C reaches us only, and
 * we end the whole group.
 * @param {string} script
 * @param {string[]} args
 * @param {RunOptions} options
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export async function runNode(script, args, { cwd, signal, env, quiet }) {
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (data) => (output += data));
  child.stderr?.on('data', (data) => (output += data));
  const end = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // The group is gone already.
    }
  };
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, output }));
    });
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
