/** Servers that people use today for uploads in chunks. None of them hashes or syncs. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../postgres/free-port.mjs';
import { startProcess } from './process.mjs';

/** @param {string} name */
const peer = (name) => fileURLToPath(new URL(`../peers/${name}`, import.meta.url));

/** @param {string} folder */
function filesBelow(folder) {
  const files = path.join(folder, 'files');
  fs.mkdirSync(files);
  return files;
}

/**
 * @tus/server with its file store.
 * @param {string} folder
 * @param {string} [host]
 */
export async function startTus(folder, host = '127.0.0.1') {
  const port = await freePort();
  return startProcess(process.execPath, [peer('tus-server.mjs'), String(port), filesBelow(folder), host], {
    ...{ port, folder, host },
  });
}

/**
 * tusd, when `TUSD_BIN` names a binary.
 * @param {string} folder
 */
export async function startTusd(folder) {
  const port = await freePort();
  const args = [
    '-host',
    '127.0.0.1',
    '-port',
    String(port),
    '-upload-dir',
    filesBelow(folder),
    '-base-path',
    '/files/',
  ];
  return startProcess(process.env['TUSD_BIN'] ?? 'tusd', args, { port, folder });
}

/**
 * Nest with multer.
 * @param {'append' | 'concatenate'} how what becomes of the chunks
 */
export const startMulter = (how) => /** @param {string} folder */ async (folder) => {
  const port = await freePort();
  const args = [peer('multer-server.mjs'), String(port), filesBelow(folder), how];
  return startProcess(process.execPath, args, { port, folder });
};

/**
 * The Flask server of the tutorial that Dropzone's users find, run as it says.
 * @param {string} folder
 */
export async function startFlask(folder) {
  const port = await freePort();
  const args = [peer('flask_server.py'), String(port), filesBelow(folder)];
  return startProcess('/usr/bin/python3', args, { port, folder });
}
