/** How bytes get to each server: what has to be there before, what is sent, and when they have arrived. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { davPut, download, dropzoneChunk, plainForm, rawChunk, tusAppend, tusWhole } from './requests.mjs';

/** @typedef {import('./servers/process.mjs').RunningServer} RunningServer */
/** @typedef {import('./load.mjs').Load} Load */
/** @typedef {import('./load.mjs').LoadPlan} LoadPlan */

/**
 * @typedef {object} Amount
 * @property {number} bytes
 * @property {number} chunk
 * @property {number} streams
 */

/**
 * @typedef {object} Sending
 * @property {LoadPlan} plan
 * @property {() => Promise<void> | void} [arrived] settles when every byte is where it belongs; throws when it is not
 */

/** @typedef {{ complete: boolean, file?: { size: number, url: string } }} UploadStatus what is used of it */

/** @typedef {(server: RunningServer, amount: Amount, load: Load) => Promise<Sending> | Sending} Sender */

const ASK_EVERY_MS = 2;

/**
 * Waits until our server has completed an upload.
 * @param {RunningServer} server
 * @param {string} id
 * @param {number} bytes that the file has to have
 * @returns {Promise<string>} where the file is to be had
 */
export async function whenComplete({ port }, id, bytes) {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/uploads/${id}`);
    const status = /** @type {UploadStatus} */ (await answer.json());
    if (!answer.ok) throw new Error(`The upload was not completed: ${JSON.stringify(status)}`);
    if (status.complete) {
      if (status.file?.size === bytes) return status.file.url;
      throw new Error(`The file has ${status.file?.size} bytes instead of ${bytes}.`);
    }
    await pause(ASK_EVERY_MS);
  }
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
 * Bytes in the files of a server, without what it notes about them.
 * @param {RunningServer} server
 */
function storedBytes({ folder }) {
  const files = path.join(folder, 'files');
  return fs
    .readdirSync(files, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(json|info)$/u.test(entry.name))
    .reduce((sum, { name }) => sum + fs.statSync(path.join(files, name)).size, 0);
}

/**
 * Sees that a server's files have grown by as many bytes as were sent.
 * @param {RunningServer} server
 * @param {number} bytes
 */
function countBytes(server, bytes) {
  const before = storedBytes(server);
  return () => {
    const found = storedBytes(server) - before;
    if (found !== bytes) throw new Error(`${found} bytes came to the server's files instead of ${bytes}.`);
  };
}

/** @param {number} streams */
const names = (streams) => Array.from({ length: streams }, () => randomUUID());

/**
 * A server that needs its chunks in order gets as many uploads as there are streams.
 * @param {RunningServer} server
 * @param {Amount} amount
 * @param {{ shape: import('./requests.mjs').RequestShape, units: readonly string[], chunk?: number }} what
 * @returns {Sending}
 */
function oneEach(server, { bytes, chunk, streams }, { shape, units, chunk: ownChunk = chunk }) {
  const total = Math.floor(bytes / streams);
  return {
    plan: { port: server.port, shape, units, total, chunk: ownChunk || total, streams, shared: false },
    arrived: countBytes(server, total * streams),
  };
}

/**
 * @param {RunningServer} server
 * @param {Amount} amount
 * @returns {Promise<Sending>}
 */
export async function tusRaw(server, amount) {
  const units = [];
  for (let stream = 0; stream < amount.streams; stream++) {
    const answer = await fetch(`http://127.0.0.1:${server.port}/files/`, {
      method: 'POST',
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': String(Math.floor(amount.bytes / amount.streams)) },
    });
    if (answer.status !== 201) throw new Error(`The upload did not begin: ${answer.status}`);
    units.push(new URL(answer.headers.get('location') ?? '', answer.url).pathname);
  }
  return oneEach(server, amount, { shape: tusAppend(server.port), units });
}

/** @type {Sender} */
export const formInOrder = (server, amount) =>
  oneEach(server, amount, { shape: dropzoneChunk(server.port, amount.chunk), units: names(amount.streams) });

/**
 * Whole files, one a stream.
 * @type {Sender}
 */
export const davWhole = (server, amount) =>
  oneEach(server, amount, { shape: davPut(server.port), units: names(amount.streams), chunk: 0 });

/**
 * Every chunk a file of its own, on all streams.
 * @param {(port: number) => import('./requests.mjs').RequestShape} shapeFor
 * @returns {Sender}
 */
const eachAFile =
  (shapeFor) =>
  (server, { bytes, chunk, streams }) => ({
    plan: {
      port: server.port,
      shape: shapeFor(server.port),
      units: names(1),
      total: bytes,
      chunk,
      streams,
      shared: true,
    },
    // Our own answer of 201 tells that the file is there.
    ...(shapeFor === plainForm ? {} : { arrived: countBytes(server, bytes) }),
  });

export const stowageFiles = eachAFile(plainForm);
export const tusFiles = eachAFile(tusWhole);
export const davFiles = eachAFile(davPut);

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

/**
 * @param {RunningServer} server
 * @param {Amount} amount
 * @param {Load} load
 * @returns {Promise<Sending>}
 */
export async function davDownload(server, amount, load) {
  const [name = ''] = names(1);
  const { port } = server;
  const { bytes: total } = amount;
  await load.send({ port, shape: davPut(port), units: [name], total, chunk: total, streams: 1, shared: true });
  return downloadOf(server, amount, `/${name}-0`);
}

/**
 * @param {RunningServer} server
 * @param {Amount} amount
 * @param {string} place
 * @returns {Sending}
 */
const downloadOf = ({ port }, { bytes, streams }, place) => ({
  plan: { port, shape: download(port), units: [place], total: bytes, chunk: 0, streams, shared: true },
});
