/** What is measured: amounts, and who meets whom. */
import { measureCompletion } from './completion.mjs';
import { measureLink } from './link/measure-link.mjs';
import { measureTls } from './tls.mjs';

/** @typedef {import('./figures.mjs').Round} Round */
/** @typedef {import('./measure.mjs').Context} Context */
/** @typedef {import('./options.mjs').Options} Options */
/** @typedef {import('./sending.mjs').Amount} Amount */

/**
 * @typedef {object} SpecialRound
 * @property {Round} figures
 * @property {Readonly<Record<string, string>>} missing contenders that could not be measured, and why
 */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} title
 * @property {(options: Options) => Amount} amount
 * @property {readonly import('./contenders.mjs').ContenderName[]} contenders
 * @property {number} [mostRounds] of a case that takes long and compares a run with itself
 * @property {boolean} [disk] what the disk takes is measured beside them
 * @property {(amount: Amount, context: Context, round: number) => Promise<SpecialRound>} [run] one round of a case that is
 *   measured in a way of its own
 */

const KIB = 1024;
const MIB = 1024 ** 2;
const CHUNK = 5 * MIB;

/**
 * @param {number} streams
 * @returns {Case['amount']}
 */
const largeFile =
  (streams) =>
  ({ bytes }) => ({ bytes, chunk: CHUNK, streams });

/**
 * @param {number} count
 * @param {number} quickCount
 * @param {number} chunk
 * @returns {Case['amount']}
 */
const pieces =
  (count, quickCount, chunk) =>
  ({ quick }) => ({ bytes: (quick ? quickCount : count) * chunk, chunk, streams: 4 });

/** @type {Case['amount']} */
const filesInTurn = ({ quick }) => ({ bytes: (quick ? 4 : 40) * 64 * MIB, chunk: CHUNK, streams: 4 });

/** @type {readonly Case[]} */
export const CASES = [
  {
    name: 'large-file',
    title: 'A large file in chunks of 5 MiB, 4 streams',
    amount: largeFile(4),
    contenders: [
      ...['stowage-raw', 'nginx', 'stowage-form', 'nginx-sha256', 'stowage-nosync', 'nginx-chunks'],
      ...['tus', 'tusd', 'multer-append', 'multer-concatenate', 'flask'],
    ],
    disk: true,
  },
  {
    name: 'one-stream',
    title: 'The same on 1 stream',
    amount: largeFile(1),
    contenders: ['stowage-raw', 'nginx', 'tus', 'tusd', 'stowage-nosync'],
  },
  {
    name: 'sixteen-streams',
    title: 'The same on 16 streams',
    amount: largeFile(16),
    contenders: ['stowage-raw', 'nginx'],
  },
  {
    name: 'small-files',
    title: 'Files of 16 KiB, one request each, 4 streams',
    amount: pieces(2000, 300, 16 * KIB),
    contenders: ['stowage-files', 'tus-files', 'nginx-files'],
  },
  {
    name: 'download',
    title: 'A large file downloaded, 1 stream',
    amount: largeFile(1),
    contenders: ['stowage-download', 'nginx-download'],
  },
  {
    name: 'many-chunks',
    title: 'A file of very many chunks of 4 KiB, 4 streams',
    amount: pieces(100_000, 3000, 4 * KIB),
    contenders: ['stowage-raw'],
    mostRounds: 1,
  },
  {
    name: 'completion',
    title: 'Files of 64 MiB, one after the other: from the last acknowledged byte until the file can be downloaded',
    amount: filesInTurn,
    contenders: [],
    run: measureCompletion,
  },
  {
    name: 'tls',
    title: 'A large file in chunks of 5 MiB over HTTP/2 and TLS, ended by nginx',
    amount: largeFile(4),
    contenders: [],
    run: measureTls,
  },
  {
    name: 'link',
    title: 'A large file through a link of 80 ms and 200 Mbit/s, where each second cuts 1 % of the connections',
    amount: largeFile(4),
    contenders: [],
    run: measureLink,
  },
].map((entry) => /** @type {Case} */ (entry));
