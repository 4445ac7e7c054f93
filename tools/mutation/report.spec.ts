import { describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import path from 'node:path';
import { workspaceRoot } from '../workspace/root.mjs';
import { PARTS } from './parts.mjs';
import { percentOf, scoreOf } from './report.mjs';

const at = (line: number, column: number, end: number) => ({
  start: { line, column },
  end: { line, column: end },
});

describe('the score of mutants', () => {
  const mutants = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'RuntimeError', 'CompileError'].map((status) => ({
    mutatorName: 'EqualityOperator',
    replacement: 'a < b',
    status,
    location: at(2, 5, 11),
  }));
  const report = { files: { 'a.ts': { source: 'if (\n    a <= b\n)', mutants } } };

  it('is what was noticed of those that are programs', () => {
    expect(scoreOf(report)).toMatchObject({ noticed: 2, endless: 1, valid: 4 });
    expect(percentOf(scoreOf(report))).toBe(50);
    expect(percentOf({ noticed: 0, valid: 0 })).toBe(100);
  });

  it('names what was missed', () => {
    const line = 'a.ts:2:5 EqualityOperator: a <= b → a < b';
    expect(scoreOf(report).missed).toEqual([line, line]);
  });
});

it('what is mutated, and what is to notice it, is there', () => {
  for (const { file, specs } of PARTS) {
    for (const place of [file, ...specs]) {
      expect([place, fs.existsSync(path.join(workspaceRoot, 'apps', 'api', place))]).toEqual([place, true]);
    }
  }
});

it('what is mutated is that of which every branch is covered', async () => {
  const { bookkeeping } = (await import(path.join(workspaceRoot, 'apps', 'api', 'jest.config.mjs'))) as {
    bookkeeping: readonly string[];
  };
  expect(PARTS.map(({ file }) => file).sort()).toEqual([...bookkeeping].sort());
});
