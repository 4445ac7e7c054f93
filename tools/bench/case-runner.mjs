/** All rounds of a case: everybody in turn, then everybody again. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { contender } from './contenders.mjs';
import { describeCommit } from './machine.mjs';
import { measure, measureDisk } from './measure.mjs';
import { readable } from './table.mjs';
import { titleOf } from './report.mjs';

/** @typedef {import('./cases.mjs').Case} Case */
/** @typedef {import('./cases.mjs').SpecialRound} SpecialRound */
/** @typedef {import('./sending.mjs').Amount} Amount */
/** @typedef {import('./measure.mjs').Context} Context */

/**
 * @param {string} name
 * @param {Readonly<Record<string, number>>} figures
 */
function brief(name, figures) {
  const { gbPerSecond, cpuPerGb, cpuMicrosPerRequest, requestsPerSecond, bytes, requests } = figures;
  const small = requests !== undefined && bytes !== undefined && bytes / requests < 256 * 1024;
  const parts = small
    ? [`${readable(requestsPerSecond)} requests/s`, `${readable(cpuMicrosPerRequest)} µs CPU each`]
    : [`${readable(gbPerSecond)} GB/s`, `${readable(cpuPerGb)} CPU-s/GB`];
  return `  ${titleOf(name)}: ${parts.join(', ')}`;
}

/**
 * @param {Case} entry
 * @param {Amount} amount
 * @param {Context} context
 * @param {(line: string) => void} log
 * @returns {Promise<SpecialRound>}
 */
async function commonRound({ contenders, disk }, amount, context, log) {
  /** @type {Record<string, Record<string, number>>} */
  const figures = {};
  /** @type {Record<string, string>} */
  const missing = {};
  for (const name of contenders) {
    const who = contender(name);
    const need = who.needs.find((program) => context.absent.has(program));
    if (need !== undefined) {
      missing[name] = context.absent.get(need) ?? '';
      continue;
    }
    figures[name] = await measure(who, amount, context);
    log(brief(name, figures[name]));
  }
  if (disk) figures['disk'] = await measureDisk(amount, context);
  return { figures, missing };
}

/**
 * @param {Case} entry
 * @param {import('./options.mjs').Options} options
 * @param {Context} context
 * @param {(line: string) => void} log
 * @returns {Promise<import('./report.mjs').CaseResult>}
 */
export async function runCase(entry, options, context, log) {
  const folder = fs.mkdtempSync(path.join(context.folder, 'case-'));
  fs.chmodSync(folder, 0o755);
  const amount = entry.amount(options);
  const own = { ...context, folder };
  const busyBefore = os.loadavg()[0] ?? 0;
  const count = Math.min(options.rounds, entry.mostRounds ?? options.rounds);
  const rounds = [];
  /** @type {Readonly<Record<string, string>>} */
  let missing = {};
  try {
    for (let round = 0; round < count; round++) {
      log(`round ${round + 1} of ${count}`);
      const result = await (entry.run?.(amount, own, round) ?? commonRound(entry, amount, own, log));
      rounds.push(result.figures);
      missing = result.missing;
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const { title } = entry;
  return { title, takenAt: new Date().toISOString(), commit: describeCommit(), busyBefore, amount, rounds, missing };
}
