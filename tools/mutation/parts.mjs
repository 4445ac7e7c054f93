/** What is mutated, and the tests that have to notice: those written for that file, so that a run stays short. */

/**
 * @typedef {object} Part
 * @property {string} file below apps/api
 * @property {readonly string[]} specs below apps/api
 */

const engine = 'src/upload';

/** The least of the mutants that must be noticed, of all files together and in per cent. */
export const LEAST_SCORE = 80;

/** @type {readonly Part[]} cheapest first */
export const PARTS = [
  { file: `${engine}/upload-states.ts`, specs: [`${engine}/upload-states.spec.ts`] },
  { file: `${engine}/byte-ranges.ts`, specs: [`${engine}/byte-ranges.spec.ts`] },
  { file: `${engine}/upload-leases.ts`, specs: [`${engine}/upload-leases.spec.ts`] },
  { file: `${engine}/lease-renewal.ts`, specs: [`${engine}/lease-renewal.medium.spec.ts`] },
  { file: 'src/spaces/space-quota.ts', specs: ['src/spaces/space-quota.medium.spec.ts'] },
  { file: `${engine}/quota-audit.ts`, specs: [`${engine}/quota-audit.medium.spec.ts`] },
  {
    file: `${engine}/upload-ledger.ts`,
    specs: [`${engine}/upload-ledger.medium.spec.ts`, `${engine}/reservation.medium.spec.ts`],
  },
  {
    file: `${engine}/chunk-ledger.ts`,
    specs: [`${engine}/chunk-ledger.medium.spec.ts`, `${engine}/reservation.medium.spec.ts`],
  },
  { file: `${engine}/reservation.ts`, specs: [`${engine}/reservation.medium.spec.ts`] },
  {
    file: `${engine}/completion.service.ts`,
    specs: [`${engine}/completion-moves.medium.spec.ts`],
  },
];
