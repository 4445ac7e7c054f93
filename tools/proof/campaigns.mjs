/** The campaigns of the proof: which promise is put to the test by which test file, and how much of it in which profile. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '../workspace/fault.mjs';

/**
 * A profile is how much is done: `smoke` sees whether the proof itself works, `demo` shows it to somebody, `nightly` and
 * `release` are what the published figures come from.
 * @typedef {'smoke' | 'demo' | 'nightly' | 'release'} Profile
 */

/** @type {readonly Profile[]} */
export const PROFILES = ['smoke', 'demo', 'nightly', 'release'];

/**
 * @typedef {object} Campaign
 * @property {string} name the same as its file's
 * @property {string} does in a few words
 * @property {readonly string[]} proves promises, such as `P-1`
 * @property {string} spec the test file, below `apps/`; it tells its counts with `report` of `proof/support/report.ts`
 * @property {readonly import('./needs.mjs').Need[]} [needs] what the machine must have; without it the campaign is skipped
 * @property {Readonly<Partial<Record<Profile, Readonly<Record<string, string>>>>>} sizes environment of the tests in each
 *   profile; a profile that is not there leaves the campaign out
 */

const FOLDER = path.join(import.meta.dirname, 'campaigns');

/** @returns {Promise<Campaign[]>} in the order of their names */
export async function allCampaigns() {
  const files = fs
    .readdirSync(FOLDER)
    .filter((name) => name.endsWith('.mjs'))
    .sort();
  /** @type {Campaign[]} */
  const campaigns = [];
  // One after the other: Jest loses its way when two modules that import the same are loaded at once.
  for (const name of files) campaigns.push((await import(pathToFileURL(path.join(FOLDER, name)).href)).default);
  return campaigns;
}

/**
 * @param {Profile} profile
 * @param {readonly string[]} only names; none means all
 * @returns {Promise<Campaign[]>}
 * @throws {Fault} for a name that is none, or not in the profile
 */
export async function chosenCampaigns(profile, only) {
  const inProfile = (await allCampaigns()).filter(({ sizes }) => sizes[profile] !== undefined);
  const names = inProfile.map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Fault(`The profile ${profile} has no campaign ${unknown.join(', ')}; it has ${names.join(', ')}.`);
  return inProfile.filter(({ name }) => only.length === 0 || only.includes(name));
}
