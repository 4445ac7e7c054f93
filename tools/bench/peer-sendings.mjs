/** How bytes get to other servers, and how they are found there. */
import fs from 'node:fs';
import path from 'node:path';
import { davPut, dropzoneChunk, tusAppend, tusWhole } from './requests.mjs';
import { downloadOf, newNames } from './sending.mjs';

/** @typedef {import('./sending.mjs').Amount} Amount */
/** @typedef {import('./sending.mjs').Sender} Sender */
/** @typedef {import('./sending.mjs').Sending} Sending */
/** @typedef {import('./servers/process.mjs').RunningServer} RunningServer */
/** @typedef {import('./load.mjs').Load} Load */

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
  oneEach(server, amount, { shape: dropzoneChunk(server.port, amount.chunk), units: newNames(amount.streams) });

/**
 * Whole files, one a stream.
 * @type {Sender}
 */
export const davWhole = (server, amount) =>
  oneEach(server, amount, { shape: davPut(server.port), units: newNames(amount.streams), chunk: 0 });

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
      units: newNames(1),
      total: bytes,
      chunk,
      streams,
      shared: true,
    },
    arrived: countBytes(server, bytes),
  });

export const tusFiles = eachAFile(tusWhole);
export const davFiles = eachAFile(davPut);

/**
 * @param {RunningServer} server
 * @param {Amount} amount
 * @param {Load} load
 * @returns {Promise<Sending>}
 */
export async function davDownload(server, amount, load) {
  const [name = ''] = newNames(1);
  const { port } = server;
  const { bytes: total } = amount;
  await load.send({ port, shape: davPut(port), units: [name], total, chunk: total, streams: 1, shared: true });
  return downloadOf(server, amount, `/${name}-0`);
}
