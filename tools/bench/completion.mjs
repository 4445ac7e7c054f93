/** How long a file is not there yet although its last byte was acknowledged. */
import fs from 'node:fs';
import path from 'node:path';
import { percentile } from './figures.mjs';
import { monotonicSeconds } from './measure.mjs';
import { rawChunk } from './requests.mjs';
import { beginUpload } from './stowage-sendings.mjs';
import { startStowage } from './servers/stowage.mjs';

const FILE_BYTES = 64 * 1024 ** 2;

/** @typedef {import('./servers/process.mjs').RunningServer} RunningServer */

/**
 * @param {RunningServer} server
 * @param {string} id
 * @returns {Promise<void>} settles with the first byte of the download
 */
async function firstByte({ port }, id) {
  const origin = `http://127.0.0.1:${port}`;
  for (;;) {
    const asked = await fetch(`${origin}/api/uploads/${id}`);
    const status = /** @type {import('./stowage-sendings.mjs').UploadStatus} */ (await asked.json());
    if (!status.complete || !status.file) continue;
    const answer = await fetch(`${origin}${status.file.url}`);
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    await reader?.cancel();
    if (answer.status !== 200 || !first?.value?.length) throw new Error('A complete file cannot be downloaded.');
    return;
  }
}

/**
 * @param {import('./sending.mjs').Amount} amount
 * @param {import('./measure.mjs').Context} context
 * @returns {Promise<import('./cases.mjs').SpecialRound>}
 */
export async function measureCompletion({ bytes, chunk, streams }, { folder, load }) {
  const runFolder = fs.mkdtempSync(path.join(folder, 'run-'));
  const server = await startStowage(runFolder);
  const { port } = server;
  /** @type {number[]} */
  const waits = [];
  /** @type {number[]} */
  const lastChunks = [];
  try {
    const files = Math.round(bytes / FILE_BYTES);
    for (let file = 0; file <= files; file++) {
      const id = await beginUpload(server, FILE_BYTES, chunk);
      const plan = { port, shape: rawChunk(port), units: [id], total: FILE_BYTES, chunk, streams, shared: true };
      const { endedAt, lastRequestMs, p50Ms } = await load.send(plan);
      await firstByte(server, id);
      if (file === 0) continue; // the warm-up
      waits.push((monotonicSeconds() - endedAt) * 1000);
      lastChunks.push(lastRequestMs - p50Ms);
    }
  } finally {
    await server.stop();
    fs.rmSync(runFolder, { recursive: true });
  }
  const figures = {
    ...{ files: waits.length, downloadableP50Ms: percentile(waits, 0.5), downloadableP99Ms: percentile(waits, 0.99) },
    ...{ lastChunkExtraP50Ms: percentile(lastChunks, 0.5), lastChunkExtraP99Ms: percentile(lastChunks, 0.99) },
  };
  return { figures: { 'stowage-raw': figures }, missing: {} };
}
