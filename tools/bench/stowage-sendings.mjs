/** How bytes get to our server, and when they have arrived. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { dropzoneChunk, plainForm, rawChunk } from './requests.mjs';
import { downloadOf, newNames } from './sending.mjs';

/** @typedef {import('./sending.mjs').Amount} Amount */
/** @typedef {import('./sending.mjs').Sender} Sender */
/** @typedef {import('./sending.mjs').Sending} Sending */
/** @typedef {import('./servers/process.mjs').RunningServer} RunningServer */
/** @typedef {import('./load.mjs').Load} Load */

/** @typedef {{ complete: boolean, file?: { size: number, url: string } }} UploadStatus what is used of it */

const ASK_EVERY_MS = 2;
const GIVE_UP_MS = 120_000;

/**
 * Asks until there is an answer.
 * @template T
 * @param {() => Promise<T | undefined>} ask
 * @returns {Promise<T>}
 */
async function patiently(ask) {
  const until = performance.now() + GIVE_UP_MS;
  while (performance.now() < until) {
    const found = await ask();
    if (found !== undefined) return found;
    await pause(ASK_EVERY_MS);
  }
  throw new Error('The server did not complete what it was sent.');
}

/**
 * Waits until our server has completed an upload.
 * @param {RunningServer} server
 * @param {string} id
 * @param {number} bytes that the file has to have
 * @returns {Promise<string>} where the file is to be had
 */
export function whenComplete({ port }, id, bytes) {
  return patiently(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/uploads/${id}`);
    const status = /** @type {UploadStatus} */ (await answer.json());
    if (!answer.ok) throw new Error(`The upload was not completed: ${JSON.stringify(status)}`);
    if (!status.complete) return undefined;
    if (status.file?.size === bytes) return status.file.url;
    throw new Error(`The file has ${status.file?.size} bytes instead of ${bytes}.`);
  });
}

/**
 * Waits until every upload has become a file.
 * @param {number} port
 */
async function whenNoneIsLeft(port) {
  await patiently(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/uploads?state=receiving,completing`);
    const { total } = /** @type {{ total: number }} */ (await answer.json());
    return total === 0 ? true : undefined;
  });
}

/**
 * Begins an upload on our server.
 * @param {RunningServer} server
 * @param {number} length
 * @param {number} chunkSize
 * @returns {Promise<string>} its id
 */
export async function beginUpload({ port }, length, chunkSize) {
  const answer = await fetch(`http://127.0.0.1:${port}/api/uploads`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: `${randomUUID()}.bin`, length, chunkSize }),
  });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`The upload did not begin: ${text}`);
  return JSON.parse(text).upload.id;
}

/**
 * Chunks of one upload on all streams, as they are.
 * @param {RunningServer} server
 * @param {Amount} amount
 * @returns {Promise<Sending>}
 */
export async function stowageRaw(server, { bytes, chunk, streams }) {
  const id = await beginUpload(server, bytes, chunk);
  return {
    plan: { port: server.port, shape: rawChunk(server.port), units: [id], total: bytes, chunk, streams, shared: true },
    arrived: async () => void (await whenComplete(server, id, bytes)),
  };
}

/**
 * The same in Dropzone's form.
 * @type {Sender}
 */
export function stowageForm(server, { bytes, chunk, streams }) {
  const { port } = server;
  const units = [randomUUID()];
  return {
    plan: { port, shape: dropzoneChunk(port, chunk), units, total: bytes, chunk, streams, shared: true },
    arrived: async () => {
      const query = `dzuuid=${units[0]}`;
      const answer = await fetch(`http://127.0.0.1:${port}/api/uploads?${query}`);
      const { uploads } = /** @type {{ uploads: readonly { id: string }[] }} */ (await answer.json());
      await whenComplete(server, uploads[0]?.id ?? '', bytes);
    },
  };
}

/**
 * Every chunk a file of its own, in a plain form.
 * @type {Sender}
 */
export function stowageFiles({ port }, { bytes, chunk, streams }) {
  return {
    plan: { port, shape: plainForm(port), units: newNames(1), total: bytes, chunk, streams, shared: true },
    arrived: () => whenNoneIsLeft(port),
  };
}

/**
 * A file that was sent before comes back.
 * @param {RunningServer} server
 * @param {Amount} amount
 * @param {Load} load
 * @returns {Promise<Sending>}
 */
export async function stowageDownload(server, amount, load) {
  const { port } = server;
  const id = await beginUpload(server, amount.bytes, amount.chunk);
  await load.send({
    port,
    shape: rawChunk(port),
    units: [id],
    total: amount.bytes,
    chunk: amount.chunk,
    streams: 4,
    shared: true,
  });
  return downloadOf(server, amount, await whenComplete(server, id, amount.bytes));
}
