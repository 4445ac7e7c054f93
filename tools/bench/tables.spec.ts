import { describe, expect, it } from '@jest/globals';
import { PAGE, pageOf, readResults } from './page.mjs';
import { caseTable, targetTable } from './report.mjs';
import { markdownTable, readable, terminalTable } from './table.mjs';
import { readFileSync } from 'node:fs';

describe('a number for people', () => {
  it('has about three digits that count', () => {
    expect([0.123, 1, 12.34, 123.4, 12_345.6].map(readable)).toEqual(['0.12', '1.00', '12.3', '123', '12,346']);
  });

  it('is a dash when there is none', () => {
    expect([undefined, null, NaN, Infinity].map(readable)).toEqual(['–', '–', '–', '–']);
  });
});

describe('a table', () => {
  const table = {
    head: ['', 'GB/s'],
    rows: [
      ['one', '0.50'],
      ['the other | two', '12.0'],
    ],
  };

  it('has columns of even width in a terminal', () => {
    expect(terminalTable(table).split('\n')).toEqual([
      '                 GB/s',
      '───────────────  ────',
      'one              0.50',
      'the other | two  12.0',
    ]);
  });

  it('keeps its columns on a page, whatever is in a cell', () => {
    expect(markdownTable(table)).toBe('|  | GB/s |\n| --- | --- |\n| one | 0.50 |\n| the other \\| two | 12.0 |');
  });
});

describe('the table of a case', () => {
  const result = (chunk: number, missing = {}) => ({
    ...{ title: 'A case', takenAt: '2026-01-01T00:00:00.000Z', commit: 'abc', busyBefore: 0, missing },
    amount: { bytes: 1000, chunk, streams: 4 },
    rounds: [1, 3, 2].map((n) => ({ nginx: { gbPerSecond: n, requestsPerSecond: 100 * n } })),
  });

  it('has the medians of what was measured', () => {
    expect(caseTable(result(5_000_000))).toEqual({
      head: ['', 'GB/s'],
      rows: [['nginx, DAV PUT of whole files', '2.00']],
    });
  });

  it('tells of small amounts what they cost each', () => {
    expect(caseTable(result(16_384)).head).toEqual(['', 'requests/s']);
  });

  it('names who could not be measured, and why', () => {
    const { rows } = caseTable(result(5_000_000, { tusd: 'TUSD_BIN names no binary of it' }));
    expect(rows[1]).toEqual(['tusd: TUSD_BIN names no binary of it', '']);
  });
});

it('the table of targets has a line for each, also of what was not measured', () => {
  const { head, rows } = targetTable({});
  expect(rows.every((row) => row.length === head.length && row[1] === '–')).toBe(true);
});

it('docs/performance.md is what is made of docs/evidence/bench.json', async () => {
  const results = readResults();
  expect(results).toBeDefined();
  if (results) expect(readFileSync(PAGE, 'utf8')).toBe(await pageOf(results));
});
