/** A server in a process of its own, from its start until it listens, and until it is gone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { keepTrack } from './running.mjs';

/**
 * @typedef {object} RunningServer
 * @property {number} port
 * @property {number} pid the process that is charged, with all below it
 * @property {number} [databasePid] the same of its database
 * @property {string} folder where it keeps what it is sent
 * @property {() => Promise<void>} stop
 */

/**
 * @param {number} port
 * @param {string} host
 */
async function listens(port, host) {
  const socket = net.connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Starts a program and waits until it listens. What it says goes to a file.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ port: number, folder: string, host?: string, env?: Readonly<Record<string, string>>, signal?: NodeJS.Signals }} options
 *   `signal` asks it to stop
 * @returns {Promise<RunningServer>}
 */
export async function startProcess(program, args, { port, folder, host = '127.0.0.1', env = {}, signal = 'SIGTERM' }) {
  const logFile = path.join(folder, 'server.log');
  const log = fs.openSync(logFile, 'a');
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, ...env },
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end); // whatever ends us, it does not stay
  let ended = false;
  const exited = once(child, 'exit').then(
    () => (ended = true),
    () => (ended = true),
  );
  while (!ended && !(await listens(port, host))) await pause(20);
  if (ended || child.pid === undefined) {
    throw new Error(`${path.basename(program)} did not start: ${fs.readFileSync(logFile, 'utf8').slice(-1000)}`);
  }
  return keepTrack({
    port,
    pid: child.pid,
    folder,
    stop: async () => {
      child.kill(signal);
      await exited;
      process.off('exit', end);
    },
  });
}
