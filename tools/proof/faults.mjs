/** The faults that are planted into a copy of the source, to see whether the tests find them. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {object} Edit
 * @property {string} file relative to the workspace
 * @property {string} find stands there exactly once
 * @property {string} replace
 */

/**
 * @typedef {object} Harness what has to find it: one run of jest
 * @property {string} project `api` or `api-e2e`
 * @property {string} pattern of the test file
 * @property {string} [test] of the test's name
 * @property {Record<string, string>} [env]
 * @property {number} [patience] milliseconds, where five minutes are too few
 */

/**
 * @typedef {object} PlantedFault
 * @property {string} name
 * @property {string} how how it is found, in a sentence
 * @property {readonly Edit[]} edits
 * @property {Harness} harness
 * @property {RegExp} caught what the harness complains about: lost or wrong bytes, or figures that do not add up
 */

const FOLDER = 'apps/api-e2e/proof/planted';

/**
 * @param {string} root
 * @returns {Promise<PlantedFault[]>} in the order of their file names
 */
export async function plantedFaults(root) {
  const folder = path.join(root, FOLDER);
  const files = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.mjs'))
    .sort();
  return Promise.all(files.map(async (name) => (await import(pathToFileURL(path.join(folder, name)).href)).default));
}

/**
 * Plants a fault.
 * @param {string} root a workspace, or a copy of one
 * @param {PlantedFault} fault
 * @throws {Error} when the source has changed so that it cannot be planted any more
 */
export function plant(root, { name, edits }) {
  for (const { file, find, replace } of edits) {
    const place = path.join(root, file);
    const source = fs.readFileSync(place, 'utf8');
    const found = source.split(find).length - 1;
    if (found !== 1) throw new Error(`"${name}" no longer applies: ${file} has its text ${found} times.\n${find}`);
    fs.writeFileSync(
      place,
      source.replace(find, () => replace),
    );
  }
}
