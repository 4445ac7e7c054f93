import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { workspaceRoot } from '../workspace/root.mjs';
import { readRuns } from './evidence.mjs';

/* Real: the runner, a campaign with the built API, PostgreSQL and the disk. */

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stowage-prove-spec-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

const evidence = () => path.join(folder, 'prove.jsonl');

function prove(...args: string[]): { readonly status: number | null; readonly output: string } {
  const words = ['tools/proof/prove.mjs', ...args, '--evidence', evidence()];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: workspaceRoot, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

it('runs a campaign, writes down what it counted, and adds it up', () => {
  const { status, output } = prove(
    '--profile',
    'smoke',
    '--only',
    'quota',
    '--seed',
    'abc',
    '--set',
    'STOWAGE_QUOTA_RACES=1',
  );
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain('smoke, seed abc: 1 passed, 0 failed, 0 skipped');
  const runs = readRuns(evidence());
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({
    profile: 'smoke',
    seed: 'abc',
    verdict: 'passed',
    set: { STOWAGE_QUOTA_RACES: '1' },
  });
  expect(runs[0]?.campaigns).toMatchObject([
    { name: 'quota', verdict: 'passed', counts: { quotaRaces: 1, uploadsForTheLastPlace: 50, bytesOverQuota: 0 } },
  ]);
  expect(prove('--totals').output).toContain('| `quota` | 1 | 0 | 0 |');
});

it.each([
  ['no profile', [], 'say which profile'],
  ['one that is none', ['--profile', 'weekly'], 'say which profile'],
  ['a campaign that is none', ['--profile', 'smoke', '--only', 'no such'], 'has no campaign no such'],
  ['a size that is none', ['--profile', 'smoke', '--set', 'PATH=/tmp'], 'is not STOWAGE_<NAME>=<value>'],
])('refuses %s in a sentence, and writes nothing down', (_, args, sentence) => {
  const before = readRuns(evidence());
  const { status, output } = prove(...args);
  expect({ status, lines: output.trimEnd().split('\n').length }).toEqual({ status: 1, lines: 1 });
  expect(output).toContain(sentence);
  expect(readRuns(evidence())).toEqual(before);
});
