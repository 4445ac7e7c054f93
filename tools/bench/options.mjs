/** What is asked for on the command line. */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { Fault } from '../workspace/fault.mjs';

const MIB = 1024 ** 2;

/**
 * @typedef {object} Options
 * @property {readonly string[] | undefined} only cases; all when undefined
 * @property {boolean} quick a look at whether everything runs: small amounts, one round, nothing is written down
 * @property {number} bytes of a large file
 * @property {number} rounds
 * @property {string} folder where the folder for everything on disk is made
 */

export const USAGE = `npm run bench -- [options]

  --only a,b     only these cases: CASES
  --quick        small amounts, one round; nothing is written to docs
  --size MIB     size of the large files (1024)
  --rounds N     measurements of each (3)
  --folder DIR   a folder on the disk to measure (the system's for temporary files)
`;

/**
 * @param {string} name
 * @param {string | undefined} text
 * @param {number} otherwise
 */
function wholeNumber(name, text, otherwise) {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,6}$/u.test(text)) throw new Fault(`--${name} wants a whole number from 1, not ${text}.`);
  return Number(text);
}

/**
 * @param {readonly string[]} args
 * @param {readonly string[]} cases that there are
 * @returns {Options}
 * @throws {Fault}
 */
export function readOptions(args, cases) {
  const usage = USAGE.replace('CASES', cases.join(', '));
  const { values } = parse(args, usage);
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !cases.includes(name));
  if (unknown !== undefined) throw new Fault(`There is no case ${unknown}.\n\n${usage}`);
  const quick = values.quick ?? false;
  return {
    only,
    quick,
    bytes: wholeNumber('size', values.size, quick ? 128 : 1024) * MIB,
    rounds: wholeNumber('rounds', values.rounds, quick ? 1 : 3),
    folder: values.folder ?? os.tmpdir(),
  };
}

/**
 * @param {readonly string[]} args
 * @param {string} usage
 */
function parse(args, usage) {
  const text = /** @type {const} */ ({ type: 'string' });
  const options = {
    only: text,
    size: text,
    rounds: text,
    folder: text,
    quick: /** @type {const} */ ({ type: 'boolean' }),
  };
  try {
    return parseArgs({ args: [...args], options });
  } catch (error) {
    throw new Fault(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
