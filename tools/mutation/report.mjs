/** Reads what Stryker found (its JSON report). */

/**
 * @typedef {object} Mutant
 * @property {string} mutatorName
 * @property {string} [replacement]
 * @property {string} status
 * @property {{ start: { line: number, column: number }, end: { line: number, column: number } }} location
 */

/** @typedef {{ files: Record<string, { source: string, mutants: Mutant[] }> }} Report */

/**
 * @typedef {object} Score
 * @property {number} noticed by a test that failed, or that never ended
 * @property {number} endless of these, noticed because the tests never ended
 * @property {number} valid mutants that are programs
 * @property {string[]} missed where and what
 */

const NOTICED = new Set(['Killed', 'Timeout']);
const MISSED = new Set(['Survived', 'NoCoverage']);

/** @param {string} text */
const short = (text) => text.replace(/\s+/gu, ' ').slice(0, 120);

/**
 * @param {string} source
 * @param {Mutant['location']} location lines from 1; columns from 1
 */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = (lines.at(-1) ?? '').slice(0, end.column - 1);
  lines[0] = (lines[0] ?? '').slice(start.column - 1);
  return lines.join('\n');
}

/**
 * @param {Report} report
 * @returns {Score}
 */
export function scoreOf(report) {
  /** @type {Score} */
  const score = { noticed: 0, endless: 0, valid: 0, missed: [] };
  for (const [file, { source, mutants }] of Object.entries(report.files)) {
    for (const { mutatorName, replacement, status, location } of mutants) {
      if (NOTICED.has(status)) score.noticed += 1;
      if (status === 'Timeout') score.endless += 1;
      if (NOTICED.has(status) || MISSED.has(status)) score.valid += 1;
      if (!MISSED.has(status)) continue;
      const was = short(textAt(source, location));
      const place = `${file}:${location.start.line}:${location.start.column}`;
      score.missed.push(`${place} ${mutatorName}: ${was} → ${short(replacement ?? '')}`);
    }
  }
  return score;
}

/**
 * @param {Pick<Score, 'noticed' | 'valid'>} score
 * @returns {number} per cent; 100 of nothing
 */
export function percentOf({ noticed, valid }) {
  return valid === 0 ? 100 : (100 * noticed) / valid;
}
