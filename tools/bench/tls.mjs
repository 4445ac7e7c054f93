/** Chunks by curl over HTTP/2 and TLS; nginx ends both, and hands them to our server or keeps them itself. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cpuSeconds } from './kernel-accounts.mjs';
import { monotonicSeconds } from './measure.mjs';
import { warmPages } from './page-warmth.mjs';
import { beginUpload, whenComplete } from './stowage-sendings.mjs';
import { startTlsNginx } from './servers/nginx.mjs';
import { startStowage } from './servers/stowage.mjs';

const run = promisify(execFile);

/** @typedef {import('./sending.mjs').Amount} Amount */
/** @typedef {import('./servers/process.mjs').RunningServer} RunningServer */

/**
 * @param {Amount} amount
 * @param {string} folder
 * @param {(index: number) => string} placeOf where a chunk goes
 */
async function curlChunks({ bytes, chunk, streams }, folder, placeOf) {
  const [full, last] = [path.join(folder, 'chunk'), path.join(folder, 'last-chunk')];
  const content = randomBytes(chunk);
  fs.writeFileSync(full, content);
  fs.writeFileSync(last, content.subarray(0, bytes % chunk));
  const count = Math.ceil(bytes / chunk);
  const transfers = Array.from({ length: count }, (_, index) => {
    const file = index === count - 1 && bytes % chunk > 0 ? last : full;
    return `upload-file = "${file}"\nurl = "${placeOf(index)}"\noutput = "/dev/null"\nwrite-out = "%{http_code} %{http_version}\\n"\n`;
  });
  const options = `insecure\nsilent\nshow-error\nhttp2\nparallel\nparallel-max = ${streams}\n`;
  const config = path.join(folder, 'curl.conf');
  fs.writeFileSync(config, options + transfers.join(''));
  const from = monotonicSeconds();
  const { stdout } = await run('curl', ['--config', config], { maxBuffer: 1e8 });
  const endedAt = monotonicSeconds();
  const answers = stdout.trim().split('\n');
  const wrong = answers.find((answer) => !/^20[0124] 2$/u.test(answer));
  if (wrong !== undefined || answers.length !== count) throw new Error(`curl was answered ${wrong ?? 'too rarely'}.`);
  return { seconds: endedAt - from, endedAt };
}

/**
 * @param {Amount} amount
 * @param {string} folder
 * @param {RunningServer | undefined} upstream
 */
async function throughProxy(amount, folder, upstream) {
  await warmPages(folder, amount.bytes);
  const own = path.join(folder, 'proxy');
  fs.mkdirSync(own);
  const proxy = await startTlsNginx(own, upstream?.port);
  const origin = `https://localhost:${proxy.port}`;
  const charged = () => {
    const server = upstream ? cpuSeconds(upstream.pid) + cpuSeconds(upstream.databasePid ?? upstream.pid) : 0;
    return { server, proxy: cpuSeconds(proxy.pid) };
  };
  /** @param {Amount} what */
  const send = async (what) => {
    const id = upstream && (await beginUpload(upstream, what.bytes, what.chunk));
    const before = charged();
    const { seconds, endedAt } = await curlChunks(what, own, (index) =>
      id ? `${origin}/api/uploads/${id}/chunks/${index}` : `${origin}/file-${index}`,
    );
    if (upstream && id) await whenComplete(upstream, id, what.bytes);
    const after = charged();
    const whole = seconds + monotonicSeconds() - endedAt;
    const gb = what.bytes / 1e9;
    return {
      ...{ bytes: what.bytes, seconds: whole, gbPerSecond: gb / whole },
      ...{ cpuPerGb: (after.server - before.server) / gb, proxyCpuPerGb: (after.proxy - before.proxy) / gb },
    };
  };
  try {
    await send({ ...amount, bytes: Math.min(amount.bytes, 64 * 1024 ** 2) });
    return await send(amount);
  } finally {
    await proxy.stop();
  }
}

/**
 * @param {Amount} amount
 * @param {import('./measure.mjs').Context} context
 * @returns {Promise<import('./cases.mjs').SpecialRound>}
 */
export async function measureTls(amount, { folder, absent }) {
  const why = absent.get('nginx') ?? absent.get('curl') ?? absent.get('openssl');
  if (why) return { figures: {}, missing: { 'stowage-raw': why, nginx: why } };
  const runFolder = fs.mkdtempSync(path.join(folder, 'run-'));
  fs.chmodSync(runFolder, 0o755);
  /** @param {string} name */
  const folderFor = (name) => {
    const own = path.join(runFolder, name);
    fs.mkdirSync(own);
    return own;
  };
  const ours = folderFor('ours');
  const server = await startStowage(ours);
  try {
    const stowage = await throughProxy(amount, ours, server);
    const nginx = await throughProxy(amount, folderFor('nginx-alone'), undefined);
    return { figures: { 'stowage-raw': stowage, nginx }, missing: {} };
  } finally {
    await server.stop();
    fs.rmSync(runFolder, { recursive: true });
  }
}
