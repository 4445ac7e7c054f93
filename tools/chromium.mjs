/** A real Chromium for the browser journeys: the system's, else the one from npm. Types are in chromium.d.mts. */
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from './workspace/root.mjs';

/** @typedef {import('./chromium.d.mts').Chromium} Chromium */

const run = promisify(execFile);

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** No sandbox: it refuses root, and the journeys open our own pages only. The rest keeps it from calling its maker. */
const ARGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-default-browser-check'],
];

/** @returns {Record<string, string>} */
function environment() {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/**
 * @param {string} executablePath
 * @param {Record<string, string>} env
 * @returns {Promise<string | undefined>} its version when it runs
 */
async function versionOf(executablePath, env) {
  try {
    const { stdout } = await run(executablePath, ['--no-sandbox', '--version'], { env, timeout: 30_000 });
    return /\d+(\.\d+)+/.test(stdout) ? stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

/** @returns {Promise<Chromium | undefined>} */
async function systemChromium() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const env = environment();
  for (const name of SYSTEM_NAMES) {
    const executablePath = folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
    const version = executablePath && (await versionOf(executablePath, env));
    if (executablePath && version) return { executablePath, args: [...ARGS], env, version };
  }
  return undefined;
}

/**
 * A folder that is ours and that nobody else can have prepared: the binary in it will be run.
 * @param {string} folder
 */
function isOurs(folder) {
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.geteuid?.() && (stat.mode & 0o022) === 0;
}

/** @returns {string} the folder with the unpacked browser, one for each user: it stays for the next run */
function unpack() {
  const packageFolder = path.join(workspaceRoot, 'node_modules', '@sparticuz', 'chromium');
  const { version } = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));
  const folder = path.join(os.tmpdir(), `stowage-chromium-${version}-${process.geteuid?.() ?? 'user'}`);
  if (isOurs(folder)) return folder;
  const building = fs.mkdtempSync(`${folder}.new-`);
  // The package unpacks below TMPDIR, and its libraries only where it believes to be on the platform it was made for.
  const script = `const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: workspaceRoot,
    env: { PATH: process.env.PATH, TMPDIR: building, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' },
    encoding: 'utf8',
  });
  try {
    if (status !== 0) throw new Error(`@sparticuz/chromium cannot be unpacked: ${stderr.trim().split('\n').at(-1)}`);
    fs.renameSync(building, folder);
  } catch (error) {
    fs.rmSync(building, { recursive: true, force: true });
    if (!isOurs(folder)) throw error; // else another process of ours was faster
  }
  return folder;
}

/** @returns {Promise<Chromium | undefined>} */
async function bundledChromium() {
  const folder = unpack();
  const executablePath = path.join(folder, 'chromium');
  const plain = environment();
  if (!fs.existsSync('/etc/fonts/fonts.conf')) plain.FONTCONFIG_PATH = path.join(folder, 'fonts');
  // Its own libraries only where the machine's are missing: on a newer system they are the older ones.
  const libraries = [path.join(folder, 'al2023', 'lib'), plain.LD_LIBRARY_PATH].filter(Boolean).join(':');
  for (const env of [plain, { ...plain, LD_LIBRARY_PATH: libraries }]) {
    const version = await versionOf(executablePath, env);
    if (version) return { executablePath, args: [...ARGS, '--no-zygote'], env, version };
  }
  return undefined;
}

/**
 * @param {{ onlyBundled?: boolean }} [options]
 * @returns {Promise<Chromium | { skip: string }>}
 */
export async function findChromium({ onlyBundled = false } = {}) {
  const system = onlyBundled ? undefined : await systemChromium();
  if (system) return system;
  try {
    return (
      (await bundledChromium()) ?? {
        skip: 'no Chromium is installed, and the one of @sparticuz/chromium does not run here',
      }
    );
  } catch (error) {
    return { skip: `no Chromium is installed, and ${error instanceof Error ? error.message : error}` };
  }
}
