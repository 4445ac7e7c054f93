/**
 * Puts the promises to the test and writes down what came out.
 *
 *   npm run prove -- --profile smoke|demo|nightly|release [--only <campaign>]… [--seed <seed>] [--set <NAME>=<value>]…
 *   npm run prove -- --peers [--demo]            the campaign `peers`, in the nightly size or one that is shown to somebody
 *   npm run prove -- --list [--profile <profile>]
 *   npm run prove -- --totals
 *
 * Appends a line to docs/evidence/prove.jsonl (`--evidence <file>`: to another file). `--totals` adds up the lines whose
 * engine is the present one. Exit code 0 only when every campaign passed; 2 when none failed, but some could not run here.
 */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isBuilt, runNx, sourceDigest } from '../workspace/build.mjs';
import { Fault } from '../workspace/fault.mjs';
import { installIfNeeded } from '../workspace/install.mjs';
import { workspaceRoot } from '../workspace/root.mjs';
import { PROFILES, allCampaigns, chosenCampaigns } from './campaigns.mjs';
import { engineOf, stateOf } from './engine.mjs';
import { EVIDENCE, append, readRuns, tableOf, told, totalsOf } from './evidence.mjs';
import { runCampaign } from './run-campaign.mjs';

/** @typedef {import('./campaigns.mjs').Profile} Profile */
/** @typedef {import('./evidence.mjs').CampaignResult} CampaignResult */

const USAGE =
  'npm run prove -- --profile smoke|demo|nightly|release [--only <campaign>]… [--seed <seed>] | --peers [--demo] | --list | --totals';

/** @param {string} line */
const log = (line) => void process.stdout.write(`${line}\n`);

/** @param {string} text */
function readSetting(text) {
  const [, name = '', value = ''] = /^(STOWAGE_\w+)=(.*)$/u.exec(text) ?? [];
  if (name === '') throw new Error(`--set ${text} is not STOWAGE_<NAME>=<value>`);
  return /** @type {const} */ ([name, value]);
}

/** @param {string[]} args */
function readArguments(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        profile: { type: 'string' },
        only: { type: 'string', multiple: true, default: [] },
        peers: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
        seed: { type: 'string', default: randomBytes(6).toString('hex') },
        set: { type: 'string', multiple: true, default: [] },
        evidence: { type: 'string', default: path.join(workspaceRoot, EVIDENCE) },
        list: { type: 'boolean', default: false },
        totals: { type: 'boolean', default: false },
      },
    });
    const meant = values.demo ? 'demo' : values.peers ? 'nightly' : undefined;
    const profile = PROFILES.find((name) => name === (values.profile ?? meant));
    if (profile === undefined && (values.profile !== undefined || !(values.list || values.totals)))
      throw new Error('say which profile');
    const set = Object.fromEntries(values.set.map(readSetting));
    return {
      ...values,
      set,
      profile,
      only: [...values.only.flatMap((names) => names.split(',')), ...(values.peers ? ['peers'] : [])],
    };
  } catch (error) {
    throw new Fault(`${error instanceof Error ? error.message.split('\n')[0] : error} (usage: ${USAGE})`);
  }
}

/** @param {Profile | undefined} profile */
async function list(profile) {
  for (const { name, does, proves, sizes, needs = [] } of await allCampaigns()) {
    if (profile !== undefined && sizes[profile] === undefined) continue;
    const shown = profile === undefined ? PROFILES.filter((each) => sizes[each] !== undefined) : [profile];
    log(`${name}: ${does} (${proves.join(', ')})`);
    for (const each of shown) {
      const size = Object.entries(sizes[each] ?? {}).map(([variable, value]) => `${variable}=${value}`);
      log(`  ${each}: ${size.join(' ') || 'as in every run of the tests'}`);
    }
    for (const need of needs) log(`  needs ${need.what}${need.isThere() ? '' : ', which is not there'}`);
  }
}

/** @param {AbortSignal} signal */
async function prepare(signal) {
  await installIfNeeded(workspaceRoot, { log, signal });
  if (signal.aborted || isBuilt(workspaceRoot, sourceDigest(workspaceRoot))) return;
  const { code, output } = await runNx(workspaceRoot, ['build', 'api'], { quiet: true, signal });
  if (code !== 0 && !signal.aborted) throw new Fault(`${output.trimEnd()}\nThe build failed (exit code ${code}).`);
}

/** @param {CampaignResult} result @param {string} repeat */
function tell({ name, verdict, reason, seconds, counts }, repeat) {
  log(`${verdict}: ${name}${reason === undefined ? '' : `: ${reason}`} (${seconds} s) ${told(counts)}`);
  if (verdict === 'failed') log(`  again: ${repeat}`);
}

/** @param {readonly CampaignResult[]} results @param {string} wanted */
function numberOf(results, wanted) {
  return results.filter(({ verdict }) => verdict === wanted).length;
}

/** @param {readonly CampaignResult[]} results */
function verdictOn(results) {
  if (numberOf(results, 'failed') > 0) return 'failed';
  return numberOf(results, 'skipped') > 0 ? 'incomplete' : 'passed';
}

/**
 * @param {{ profile: Profile, only: string[], seed: string, set: Record<string, string>, evidence: string }} choice
 * @param {AbortSignal} signal
 */
async function prove({ profile, only, seed, set, evidence }, signal) {
  const campaigns = await chosenCampaigns(profile, only);
  await prepare(signal);
  const about = {
    time: new Date().toISOString(),
    ...{ profile, seed, ...(Object.keys(set).length > 0 && { set }) },
    ...stateOf(workspaceRoot, [EVIDENCE]),
    ...{ engine: engineOf(workspaceRoot), node: process.versions.node, cpus: os.availableParallelism() },
  };
  const flags = [`--profile ${profile}`, `--seed ${seed}`];
  flags.push(...Object.entries(set).map(([name, value]) => `--set ${name}=${value}`));
  /** @type {CampaignResult[]} */
  const results = [];
  const startedAt = performance.now();
  for (const campaign of campaigns) {
    if (signal.aborted) break;
    log(`\n=== ${campaign.name}: ${campaign.does}`);
    const result = await runCampaign(workspaceRoot, campaign, { profile, seed, set, signal, log });
    results.push(result);
    tell(result, ['npm run prove --', ...flags, `--only ${campaign.name}`].join(' '));
  }
  const verdict = signal.aborted ? 'stopped' : verdictOn(results);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  append(evidence, { ...about, seconds, verdict, campaigns: results });
  const counts = ['passed', 'failed', 'skipped'].map((each) => `${numberOf(results, each)} ${each}`);
  log(`\n${profile}, seed ${seed}: ${counts.join(', ')}${verdict === 'stopped' ? '; it was stopped' : ''}`);
  process.exitCode = verdict === 'passed' ? 0 : verdict === 'incomplete' ? 2 : 1;
}

/** @param {string[]} args */
async function main(args) {
  const abort = new AbortController();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(name, () => abort.abort());
  try {
    const choice = readArguments(args);
    const { profile, evidence } = choice;
    if (choice.list) await list(profile);
    else if (choice.totals) log(tableOf(totalsOf(readRuns(evidence), engineOf(workspaceRoot))));
    else if (profile !== undefined) await prove({ ...choice, profile }, abort.signal);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

await main(process.argv.slice(2));
