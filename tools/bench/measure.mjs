/** One measurement: a fresh server in a folder of its own, warmed up, charged for what it does from the first to the last byte. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cpuSeconds, peakMemoryMb } from './kernel-accounts.mjs';
import { warmPages } from './page-warmth.mjs';
import { eventLoopLag } from './servers/stowage.mjs';

/** @typedef {import('./sending.mjs').Amount} Amount */
/** @typedef {import('./servers/process.mjs').RunningServer} RunningServer */

/**
 * @typedef {object} Context what all measurements of a run share
 * @property {string} folder
 * @property {import('./native.mjs').NativePrograms} native
 * @property {import('./load.mjs').Load} load
 * @property {ReadonlyMap<string, string>} absent programs that are not on this machine, each with a sentence why
 */

const GB = 1e9;
const WARM_UP_BYTES = 64 * 1024 ** 2;
const WARM_UP_REQUESTS = 500;

/** Of the clock that the load generator reads. */
export const monotonicSeconds = () => Number(process.hrtime.bigint()) / 1e9;

/** @param {RunningServer} server */
const charged = ({ pid, databasePid }) => ({
  server: cpuSeconds(pid),
  database: databasePid === undefined ? 0 : cpuSeconds(databasePid),
});

/**
 * @param {import('./contenders.mjs').Contender} contender
 * @param {RunningServer} server
 * @param {Amount} amount
 * @param {Context} context
 * @returns {Promise<Record<string, number>>}
 */
async function send(contender, server, amount, { load }) {
  const { plan, arrived } = await contender.send(server, amount, load);
  const before = charged(server);
  const result = await load.send(plan);
  await arrived?.();
  const waited = monotonicSeconds() - result.endedAt;
  const hashing = contender.afterwards?.(server) ?? 0;
  const after = charged(server);
  const seconds = result.seconds + waited;
  const gb = result.bytes / GB;
  const [api, database] = [after.server - before.server + hashing, after.database - before.database];
  const last = result.tenths.at(-1) ?? NaN;
  return {
    ...{ bytes: result.bytes, requests: result.requests, seconds, gbPerSecond: gb / seconds },
    ...{ cpuPerGb: (api + database) / gb, apiCpuPerGb: api / gb, clientCpuPerGb: result.cpuSeconds / gb },
    ...{
      cpuMicrosPerRequest: ((api + database) / result.requests) * 1e6,
      requestsPerSecond: result.requests / seconds,
    },
    ...{ p50Ms: result.p50Ms, p99Ms: result.p99Ms, maxMs: result.maxMs, peakMb: peakMemoryMb(server.pid) },
    waitedMs: waited * 1000,
    // Of few requests a tenth says nothing.
    ...(result.requests >= 1000 && { lastTenthToFirst: last / (result.tenths[0] ?? NaN) }),
  };
}

/**
 * @param {import('./contenders.mjs').Contender} contender
 * @param {Amount} amount
 * @param {Context} context
 * @returns {Promise<Record<string, number>>} figures by name
 */
export async function measure(contender, amount, context) {
  const folder = fs.mkdtempSync(path.join(context.folder, 'run-'));
  fs.chmodSync(folder, 0o755);
  await warmPages(folder, Math.max(amount.bytes, WARM_UP_BYTES));
  const server = await contender.start(folder, context.native);
  try {
    const most = Math.min(WARM_UP_BYTES, amount.bytes, WARM_UP_REQUESTS * amount.chunk);
    const warmUp = { ...amount, bytes: Math.max(most, amount.chunk * amount.streams) };
    await send(contender, server, warmUp, context);
    if (server.databasePid === undefined) return await send(contender, server, amount, context);
    await eventLoopLag(server); // it counts anew from here
    const figures = await send(contender, server, amount, context);
    return { ...figures, ...(await eventLoopLag(server)) };
  } finally {
    await server.stop();
    // Of very many small files the deletes would slow down whoever creates files next; they go with the case.
    if (amount.chunk > 1024 ** 2) fs.rmSync(folder, { recursive: true });
  }
}

/**
 * What the disk takes, without any server.
 * @param {Amount} amount
 * @param {Context} context
 * @returns {Promise<Record<string, number>>}
 */
export async function measureDisk({ bytes }, { folder }) {
  await warmPages(folder, bytes);
  const file = path.join(folder, 'disk');
  const args = ['if=/dev/zero', `of=${file}`, 'bs=1M', `count=${Math.round(bytes / 1024 ** 2)}`, 'conv=fsync'];
  const from = monotonicSeconds();
  const { status } = spawnSync('dd', args, { stdio: 'ignore' });
  const seconds = monotonicSeconds() - from;
  if (status !== 0) throw new Error('dd failed.');
  fs.rmSync(file);
  return { bytes, seconds, gbPerSecond: bytes / GB / seconds };
}
