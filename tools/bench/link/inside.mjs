/**
 * Servers at one end of the link, clients at the other; runs in a network namespace of its own, of which the argument tells
 * what to do. Every contender has the same link with the same chance of cuts, and a fresh server.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { monotonicSeconds } from '../measure.mjs';
import { warmPages } from '../page-warmth.mjs';
import { startNginx } from '../servers/nginx.mjs';
import { startTus } from '../servers/peers.mjs';
import { stopAll } from '../servers/running.mjs';
import { startStowage } from '../servers/stowage.mjs';
import { SERVER_ADDRESS, startLink } from './link.mjs';

/** @typedef {{ folder: string, bytes: number, seed: number, link: string }} Plan */
/** @typedef {import('../servers/process.mjs').RunningServer} RunningServer */

const TOKEN = randomBytes(24).toString('hex');

/** @param {string} name */
const client = (name) => fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));

/**
 * @typedef {object} LinkContender
 * @property {(folder: string) => Promise<RunningServer>} start
 * @property {(origin: string, file: string) => [string, string[]]} command
 */

/** @type {Readonly<Record<string, LinkContender>>} */
const CONTENDERS = {
  'stowage-client': {
    start: (folder) => startStowage(folder, { host: SERVER_ADDRESS, token: TOKEN }),
    command: (origin, file) => [process.execPath, [client('stowage-client'), origin, file, TOKEN]],
  },
  'tus-client': {
    start: (folder) => startTus(folder, SERVER_ADDRESS),
    command: (origin, file) => [process.execPath, [client('tus-client'), `${origin}/files/`, file]],
  },
  curl: {
    start: (folder) => startNginx(folder, SERVER_ADDRESS),
    // Begins again from the first byte after every cut: that is all it can do.
    command: (origin, file) => {
      const again = ['--retry', '1000', '--retry-all-errors', '--retry-delay', '1'];
      return ['curl', ['--silent', '--fail', ...again, '--upload-file', file, `${origin}/film.bin`]];
    },
  },
};

/** @param {Plan} plan */
async function content({ folder, bytes }) {
  const file = path.join(folder, 'film.bin');
  const block = randomBytes(4 * 1024 ** 2);
  const handle = await fs.promises.open(file, 'w');
  for (let at = 0; at < bytes; at += block.length) {
    block.writeDoubleLE(at, 0);
    await handle.write(block, 0, Math.min(block.length, bytes - at));
  }
  await handle.close();
  return file;
}

/**
 * @param {LinkContender} contender
 * @param {Plan} plan
 * @param {string} file
 * @returns {Promise<Record<string, number>>}
 */
async function measure({ start, command }, { folder, bytes, seed, link: program }, file) {
  const own = fs.mkdtempSync(path.join(folder, 'server-'));
  fs.chmodSync(own, 0o755);
  await warmPages(own, bytes);
  const link = await startLink(program, seed);
  const server = await start(own);
  try {
    const [name, args] = link.onClientSide(...command(`http://${SERVER_ADDRESS}:${server.port}`, file));
    const from = monotonicSeconds();
    const child = spawn(name, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = await once(child, 'exit');
    const seconds = monotonicSeconds() - from;
    if (code !== 0) throw new Error(`${path.basename(args[1] ?? name)} could not send the file (exit code ${code}).`);
    return { bytes, seconds, gbPerSecond: bytes / 1e9 / seconds, ...(await link.end()) };
  } finally {
    await server.stop();
    fs.rmSync(own, { recursive: true });
  }
}

const plan = /** @type {Plan} */ (JSON.parse(process.argv[2] ?? ''));
process.once('SIGTERM', async () => {
  await stopAll();
  process.exit(130);
});
execFileSync('ip', ['link', 'set', 'lo', 'up']);
const file = await content(plan);
/** @type {Record<string, Record<string, number>>} */
const figures = {};
for (const [name, contender] of Object.entries(CONTENDERS)) figures[name] = await measure(contender, plan, file);
fs.writeFileSync(path.join(plan.folder, 'figures.json'), JSON.stringify(figures));
