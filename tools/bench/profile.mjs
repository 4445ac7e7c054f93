/** Where the API's own time goes while a large file comes in: its profile, and what the kernel charged it for. */
import fs from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { workspaceRoot } from '../workspace/root.mjs';
import { callTree } from './cpu-profile.mjs';
import { flameGraph, timeOfKind, totalTime } from './flame-graph.mjs';
import { cpuSeconds, threadSeconds } from './kernel-accounts.mjs';
import { monotonicSeconds } from './measure.mjs';
import { warmPages } from './page-warmth.mjs';
import { stowageRaw } from './stowage-sendings.mjs';
import { startStowage } from './servers/stowage.mjs';

/** The name of this among the cases. */
export const PROFILE_CASE = 'profile';
/** Where the flame graph is, seen from the workspace. */
export const FLAME_GRAPH = path.join('docs', 'images', 'api-flame-graph.svg');

const BUNDLE = path.join(workspaceRoot, 'dist', 'apps', 'api');

/**
 * @typedef {object} Profile seconds of processor time for one GB
 * @property {Record<import('./flame-graph.mjs').Kind, number>} main of the first thread of the API, by what ran
 * @property {number} digest of its busiest other thread: the one that hashes
 * @property {number} threads of those that write and sync, and those of V8
 * @property {number} database
 */

/** @returns {import('./cpu-profile.mjs').Locate} */
function sourceFinder() {
  /** @type {Map<string, SourceMap>} */
  const maps = new Map();
  for (const name of fs.readdirSync(BUNDLE).filter((file) => file.endsWith('.js.map'))) {
    const map = new SourceMap(JSON.parse(fs.readFileSync(path.join(BUNDLE, name), 'utf8')));
    maps.set(pathToFileURL(path.join(BUNDLE, name.slice(0, -'.map'.length))).href, map);
  }
  return ({ url, lineNumber, columnNumber }) => {
    const entry = maps.get(url)?.findEntry(lineNumber, columnNumber);
    return entry !== undefined && 'originalSource' in entry
      ? { source: entry.originalSource, line: entry.originalLine + 1 }
      : undefined;
  };
}

/**
 * @param {string} folder
 * @returns {import('./cpu-profile.mjs').CpuProfile} of the first thread, whose number in the names is 0
 */
function readProfile(folder) {
  const name = fs.readdirSync(folder).find((file) => /\.0\.\d+\.cpuprofile$/u.test(file));
  return JSON.parse(fs.readFileSync(path.join(folder, name ?? ''), 'utf8'));
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
    const databaseBefore = cpuSeconds(server.databasePid ?? server.pid);
    const before = threadSeconds(server.pid);
    const from = monotonicSeconds();
    await load.send(plan);
    await arrived?.();
    const to = monotonicSeconds();
    const threads = [...threadSeconds(server.pid)].map(
      ([tid, seconds]) => /** @type {const} */ ([tid, seconds - (before.get(tid) ?? 0)]),
    );
    const main = threads.find(([tid]) => tid === server.pid)?.[1] ?? 0;
    const others = threads.filter(([tid]) => tid !== server.pid).map(([, seconds]) => seconds);
    const database = cpuSeconds(server.databasePid ?? server.pid) - databaseBefore;
    return { window: { from, to }, main, others, database };
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
    const { window, main, others, database } = await profiledRun(options, context, folder);
    const { root } = callTree(readProfile(path.join(folder, 'profiles')), window, sourceFinder());
    const gb = options.bytes / 1e9;
    const all = totalTime(root);
    /** @param {import('./flame-graph.mjs').Kind} kind */
    const perGb = (kind) => ((timeOfKind(root, kind) / all) * main) / gb;
    const digest = Math.max(...others) / gb;
    const drawing = flameGraph(
      root,
      'The first thread of the API while a large file comes in as raw chunks on 4 streams',
    );
    if (!options.quick) fs.writeFileSync(path.join(workspaceRoot, FLAME_GRAPH), drawing);
    const threads = others.reduce((sum, seconds) => sum + seconds, 0) / gb - digest;
    const ofMain = { own: perGb('own'), package: perGb('package'), node: perGb('node'), native: perGb('native') };
    return { main: ofMain, digest, threads, database: database / gb };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
