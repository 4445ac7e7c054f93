/**
 * Runs the README's examples for curl, as they stand, against a server:
 *
 *     node tools/docs/curl-journey.mjs http://localhost:3000
 *
 * The server must be an empty one. One with a token gets it from STOWAGE_ADMIN_TOKEN. Exit code 0 when every example
 * worked. Needs sh and curl.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { workspaceRoot } from '../workspace/root.mjs';
import { fencedBlocks } from './fenced-blocks.mjs';

/** The address that the examples name. */
export const EXAMPLE_URL = 'http://localhost:3000';

/** @typedef {{ code: number | null, output: string }} JourneyResult */

/**
 * The examples, one after another, for another server.
 * @param {string} readme
 * @param {string} url
 */
export function curlScript(readme, url) {
  const blocks = fencedBlocks(readme).filter(({ language, text }) => language === 'sh' && /^.*\bcurl\b/mu.test(text));
  return blocks.map(({ text }) => text.replaceAll(EXAMPLE_URL, url)).join('\n');
}

/**
 * Runs the examples in a new folder, which is removed afterwards.
 * @param {{ readme: string, url: string, token?: string | undefined }} journey
 * @returns {Promise<JourneyResult>}
 */
export async function runCurlJourney({ readme, url, token }) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'stowage-curl-'));
  try {
    // Its own configuration file: the reader's must not change what the examples do, and the token is on no command line.
    const header = token === undefined ? '' : `header = "Authorization: Bearer ${token}"\n`;
    await fs.writeFile(path.join(folder, '.curlrc'), header, { mode: 0o600 });
    return await runScript(curlScript(readme, url), folder);
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} script
 * @param {string} folder
 * @returns {Promise<JourneyResult>}
 */
function runScript(script, folder) {
  const child = spawn('sh', ['-euxc', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, CURL_HOME: folder, NO_PROXY: '*' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const readme = await fs.readFile(path.join(workspaceRoot, 'README.md'), 'utf8');
  const token = process.env.STOWAGE_ADMIN_TOKEN;
  const { code, output } = await runCurlJourney({ readme, url: process.argv[2] ?? EXAMPLE_URL, token });
  process.stdout.write(output);
  process.exitCode = code ?? 1;
}
