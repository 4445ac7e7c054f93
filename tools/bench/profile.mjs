/** Where the API's own time goes while a large file comes in: its profile, and what the kernel charged it for. */
import fs from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { workspaceRoot } from '../workspace/root.mjs';
import { callTree } from './cpu-profile.mjs';
import { flameGraph, timeOfKind, totalTime } from './flame-graph.mjs';
import { cpuSeconds } from './kernel-accounts.mjs';
import { monotonicSeconds } from './measure.mjs';
import { warmPages } from './page-warmth.mjs';
import { stowageRaw } from './stowage-sendings.mjs';
import { startStowage } from './servers/stowage.mjs';

/** The name of this among the cases. */
export const PROFILE_CASE = 'profile';
/** Where the flame graph is, seen from the workspace. */
export const FLAME_GRAPH = path.join('docs', 'images', 'api-flame-graph.svg');

const BUNDLE = path.join(workspaceRoot, 'dist', 'apps', 'api', 'main.js');

/**
 * @typedef {object} Profile seconds of processor time for one GB
 * @property {number} all of the API
 * @property {Record<import('./flame-graph.mjs').Kind, number>} main of its first thread, by what ran
 * @property {number} digest of the thread that hashes
 * @property {number} threads of the threads that write and sync, and those of V8: what is left
 * @property {number} database
 */

/** @returns {import('./cpu-profile.mjs').Locate} */
function sourceFinder() {
  const map = new SourceMap(JSON.parse(fs.readFileSync(`${BUNDLE}.map`, 'utf8')));
  return ({ url, lineNumber, columnNumber }) => {
    if (!url.endsWith('/dist/apps/api/main.js')) return undefined;
    const entry = map.findEntry(lineNumber, columnNumber);
    return 'originalSource' in entry ? entry.originalSource : undefined;
  };
}

/**
 * @param {string} folder
 * @returns {{ main: import('./cpu-profile.mjs').CpuProfile, worker: import('./cpu-profile.mjs').CpuProfile | undefined }}
 */
function readProfiles(folder) {
  /** @param {RegExp} pattern of the thread's number in the name */
  const read = (pattern) => {
    const name = fs.readdirSync(folder).find((file) => pattern.test(file));
    return name === undefined ? undefined : JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  };
  return { main: read(/\.0\.\d+\.cpuprofile$/u), worker: read(/\.[1-9]\d*\.\d+\.cpuprofile$/u) };
}

/**
 * Sends a large file to a server that is profiled.
 * @param {import('./options.mjs').Options} options
 * @param {import('./measure.mjs').Context} context
 * @param {string} folder
 */
async function profiledRun({ bytes }, { load }, folder) {
  await warmPages(folder, bytes);
  const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}/profiles`];
  const server = await startStowage(folder, { flags });
  try {
    const amount = { bytes, chunk: 5 * 1024 ** 2, streams: 4 };
    const warmUp = await stowageRaw(server, { ...amount, bytes: Math.min(bytes, 256 * 1024 ** 2) });
    await load.send(warmUp.plan);
    await warmUp.arrived?.();
    const { plan, arrived } = await stowageRaw(server, amount);
    const charged = () => [cpuSeconds(server.pid), cpuSeconds(server.databasePid ?? server.pid)];
    const [apiBefore = 0, databaseBefore = 0] = charged();
    const from = monotonicSeconds();
    await load.send(plan);
    await arrived?.();
    const to = monotonicSeconds();
    const [api = 0, database = 0] = charged();
    return { window: { from, to }, api: api - apiBefore, database: database - databaseBefore };
  } finally {
    await server.stop(); // it writes its profiles when it ends
  }
}

/**
 * Profiles the API and draws its flame graph.
 * @param {import('./options.mjs').Options} options
 * @param {import('./measure.mjs').Context} context
 * @param {(line: string) => void} log
 * @returns {Promise<Profile>}
 */
export async function profileApi(options, context, log) {
  log('\nThe API with a profiler');
  const folder = fs.mkdtempSync(path.join(context.folder, 'run-'));
  fs.chmodSync(folder, 0o755);
  try {
    const { window, api, database } = await profiledRun(options, context, folder);
    const { main, worker } = readProfiles(path.join(folder, 'profiles'));
    const locate = sourceFinder();
    const { root } = callTree(main, window, locate);
    const gb = options.bytes / 1e9;
    /** @param {import('./flame-graph.mjs').Kind} kind */
    const perGb = (kind) => timeOfKind(root, kind) / 1e6 / gb;
    const digest = worker === undefined ? 0 : totalTime(callTree(worker, window, locate).root) / 1e6 / gb;
    const ofMain = { own: perGb('own'), package: perGb('package'), node: perGb('node'), native: perGb('native') };
    const known = Object.values(ofMain).reduce((sum, part) => sum + part, digest);
    const drawing = flameGraph(
      root,
      'The first thread of the API while a large file comes in as raw chunks on 4 streams',
    );
    if (!options.quick) fs.writeFileSync(path.join(workspaceRoot, FLAME_GRAPH), drawing);
    return { all: api / gb, main: ofMain, digest, threads: Math.max(0, api / gb - known), database: database / gb };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
