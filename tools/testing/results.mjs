/** What the projects' runs of jest left behind, added up. */
import fs from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} JestReport the parts of jest's --json that we read
 * @property {boolean} [success] false also when every test passed but a threshold of coverage was not reached
 * @property {{ name: string, message: string, assertionResults: { fullName: string, status: string, failureMessages?: string[] }[] }[]} testResults
 */

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {{ name: string, why: string[] }[]} failed names, `project › test`, each with the first lines of what was wrong
 * @property {string[]} skipped names, without the project: as docs/testing.md lists them
 */

const MOST_LINES = 12;
const MOST_LETTERS = 300;
/** Colours of a terminal. */
const COLOUR = /\u001B\[[\d;]*m/gu;

/** @param {string} root */
export const resultsFolder = (root) => path.join(root, 'dist', 'test-results');

/**
 * @param {string} root
 * @param {string} project
 * @returns {JestReport | undefined} undefined when the project left no readable report
 */
function readReport(root, project) {
  try {
    return JSON.parse(fs.readFileSync(path.join(resultsFolder(root), `${project}.json`), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {readonly string[]} projects those that should have reported
 * @returns {Tally}
 */
export function addUp(root, projects) {
  /** @type {Tally} */
  const tally = { passed: 0, failed: [], skipped: [] };
  for (const project of projects) {
    const report = readReport(root, project);
    if (report) addReport(tally, project, report);
    else tally.failed.push({ name: `${project} › left no test results`, why: [] });
  }
  return tally;
}

/**
 * @param {Tally} tally
 * @param {string} project
 * @param {JestReport} report
 */
function addReport(tally, project, report) {
  const before = tally.failed.length;
  for (const file of report.testResults) {
    const name = path.basename(file.name);
    // A file that broke before its first test has no tests that could fail.
    if (file.assertionResults.length === 0)
      tally.failed.push({ name: `${project} › ${name} did not run`, why: firstLines(file.message) });
    for (const { fullName, status, failureMessages = [] } of file.assertionResults) {
      if (status === 'passed') tally.passed++;
      else if (status === 'failed')
        tally.failed.push({ name: `${project} › ${fullName} (${name})`, why: firstLines(failureMessages[0]) });
      else tally.skipped.push(fullName);
    }
  }
  if (report.success === false && tally.failed.length === before)
    tally.failed.push({ name: `${project} › less is covered than has to be`, why: [] });
}

/**
 * Without empty lines: the list of what failed ends with one.
 * @param {string} text
 */
function firstLines(text = '') {
  const lines = text.replaceAll(COLOUR, '').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, MOST_LINES)
    .map((line) => line.slice(0, MOST_LETTERS));
}

/**
 * @param {Tally} tally
 * @returns {string} what the run prints at its end; the counts are alone on the last line
 */
export function summary({ passed, failed, skipped }) {
  return [
    ...(failed.length > 0
      ? ['', 'Failed:', ...failed.flatMap(({ name, why }) => [`  ${name}`, ...why.map((line) => `      ${line}`)])]
      : []),
    ...(skipped.length > 0 ? ['', 'Skipped:', ...skipped.map((name) => `  ${name}`)] : []),
    '',
    `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
    '',
  ].join('\n');
}
