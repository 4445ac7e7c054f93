/** Who is measured: a server, and how bytes get there. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { davDownload, davFiles, davWhole, formInOrder, tusFiles, tusRaw } from './peer-sendings.mjs';
import { startNginx } from './servers/nginx.mjs';
import { startFlask, startMulter, startTus, startTusd } from './servers/peers.mjs';
import { startStowage } from './servers/stowage.mjs';
import { stowageDownload, stowageFiles, stowageForm, stowageRaw } from './stowage-sendings.mjs';

/** @typedef {import('./servers/process.mjs').RunningServer} RunningServer */
/** @typedef {'nginx' | 'flask' | 'openssl' | 'tusd'} Need */

/**
 * @typedef {object} Contender
 * @property {string} title
 * @property {readonly Need[]} needs
 * @property {(folder: string, native: import('./native.mjs').NativePrograms) => Promise<RunningServer>} start
 * @property {import('./sending.mjs').Sender} send
 * @property {(server: RunningServer) => number} [afterwards] what has to be done besides; returns its processor seconds
 */

/**
 * Hashes all files of a server, as a server that hashes has to.
 * @param {RunningServer} server
 */
function hashFiles({ folder }) {
  const files = path.join(folder, 'files');
  const names = fs.readdirSync(files, { withFileTypes: true }).filter((entry) => entry.isFile());
  const args = ['-c', 'openssl dgst -sha256 "$@" >/dev/null && times', 'sh', ...names.map(({ name }) => name)];
  const [, ofChildren = ''] = execFileSync('sh', args, { cwd: files, encoding: 'utf8' }).trim().split('\n');
  return [...ofChildren.matchAll(/(\d+)m([\d.]+)s/gu)].reduce((sum, [, m, s]) => sum + 60 * Number(m) + Number(s), 0);
}

/** @type {Contender['start']} */
const stowage = (folder) => startStowage(folder);
/** @type {Contender['start']} */
const startedNginx = (folder) => startNginx(folder);
/** @type {Contender['start']} */
const startedTus = (folder) => startTus(folder);
const nginx = { needs: /** @type {const} */ (['nginx']), start: startedNginx };

/** All of them by the name that cases and results use. */
export const CONTENDERS = /** @type {const} */ ({
  'stowage-raw': { title: 'Stowage, raw PUT', needs: [], start: stowage, send: stowageRaw },
  'stowage-form': { title: "Stowage, Dropzone's form", needs: [], start: stowage, send: stowageForm },
  'stowage-nosync': {
    title: 'Stowage, raw PUT, syncs of files made to do nothing',
    needs: [],
    start: (/** @type {string} */ folder, /** @type {import('./native.mjs').NativePrograms} */ { nosync }) =>
      startStowage(folder, { preload: nosync }),
    send: stowageRaw,
  },
  nginx: { title: 'nginx, DAV PUT of whole files', ...nginx, send: davWhole },
  'nginx-sha256': {
    title: 'the same, then openssl dgst -sha256',
    needs: ['nginx', 'openssl'],
    start: startedNginx,
    send: davWhole,
    afterwards: hashFiles,
  },
  'nginx-chunks': { title: 'nginx, DAV PUT of each chunk as a file', ...nginx, send: davFiles },
  tusd: { title: 'tusd', needs: ['tusd'], start: startTusd, send: tusRaw },
  tus: { title: '@tus/server, file store', needs: [], start: startedTus, send: tusRaw },
  'multer-append': { title: 'Nest + multer, append', needs: [], start: startMulter('append'), send: formInOrder },
  'multer-concatenate': {
    title: 'Nest + multer, chunk files, concatenate',
    needs: [],
    start: startMulter('concatenate'),
    send: formInOrder,
  },
  flask: { title: "the tutorial's Flask", needs: ['flask'], start: startFlask, send: formInOrder },
  'stowage-files': { title: 'Stowage, plain form', needs: [], start: stowage, send: stowageFiles },
  'tus-files': { title: '@tus/server, creation with upload', needs: [], start: startedTus, send: tusFiles },
  'nginx-files': { title: 'nginx, DAV PUT', ...nginx, send: davFiles },
  'stowage-download': { title: 'Stowage', needs: [], start: stowage, send: stowageDownload },
  'nginx-download': { title: 'nginx, sendfile', ...nginx, send: davDownload },
});

/** @typedef {keyof typeof CONTENDERS} ContenderName */

/**
 * @param {ContenderName} name
 * @returns {Contender}
 */
export const contender = (name) => CONTENDERS[name];
