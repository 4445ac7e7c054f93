/** What one measurement sends. */
import { randomUUID } from 'node:crypto';
import { download } from './requests.mjs';

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

/** @typedef {(server: RunningServer, amount: Amount, load: Load) => Promise<Sending> | Sending} Sender */

/**
 * Names that nothing has yet.
 * @param {number} count
 */
export const newNames = (count) => Array.from({ length: count }, () => randomUUID());

/**
 * A file that is there comes back.
 * @param {RunningServer} server
 * @param {Amount} amount
 * @param {string} place
 * @returns {Sending}
 */
export const downloadOf = ({ port }, { bytes, streams }, place) => ({
  plan: { port, shape: download(port), units: [place], total: bytes, chunk: 0, streams, shared: true },
});
