import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { addUp, resultsFolder, summary } from './results.mjs';
import { allowedSkips, unexplained } from './skips.mjs';

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'stowage-results-'));
  fs.mkdirSync(resultsFolder(root), { recursive: true });
});

afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

function report(project: string, files: Record<string, [name: string, status: string][]>, success?: boolean): void {
  const testResults = Object.entries(files).map(([name, tests]) => ({
    name: `/somewhere/${name}`,
    message: '',
    assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
  }));
  fs.writeFileSync(path.join(resultsFolder(root), `${project}.json`), JSON.stringify({ testResults, success }));
}

describe('the counts of a run', () => {
  it('add up all projects, and stand alone on the last line', () => {
    report('api', { 'a.spec.ts': [['adds', 'passed'], ['waits', 'pending'], ['plans', 'todo']] }); // prettier-ignore
    report('web', { 'b.spec.ts': [['shows', 'passed'], ['breaks', 'failed']] }); // prettier-ignore
    const text = summary(addUp(root, ['api', 'web']));
    expect(text.trimEnd().split('\n').at(-1)).toBe('2 passed, 1 failed, 2 skipped');
    expect(text).toContain('web › breaks (b.spec.ts)');
    expect(text).toContain('Skipped:\n  waits\n  plans');
  });

  it('have a failure for a file that did not run and for a project without results', () => {
    report('api', { 'broken.spec.ts': [] });
    fs.writeFileSync(path.join(resultsFolder(root), 'client.json'), '{"testRes');
    const { failed } = addUp(root, ['api', 'client', 'web']);
    expect(failed.map(({ name }) => name)).toEqual([
      'api › broken.spec.ts did not run',
      'client › left no test results',
      'web › left no test results',
    ]);
  });
});

describe('a run whose tests have all passed', () => {
  it('has failed when less is covered than has to be', () => {
    report('api', { 'a.spec.ts': [['adds', 'passed']] }, false);
    report('web', { 'b.spec.ts': [['shows', 'passed']] }, true);
    expect(addUp(root, ['api', 'web'])).toMatchObject({
      passed: 2,
      failed: [{ name: 'api › less is covered than has to be', why: [] }],
    });
  });

  it('has no failure more for a test that failed', () => {
    report('api', { 'a.spec.ts': [['adds', 'failed']] }, false);
    expect(addUp(root, ['api']).failed).toMatchObject([{ name: 'api › adds (a.spec.ts)' }]);
  });
});

describe('a test that failed', () => {
  it('is named with the first lines of why, in one block without colours and empty lines', () => {
    const failureMessages = [`\u001B[31mnot 1\u001B[39m\n\n  { seed: 7 }\n${'and so on\n'.repeat(100)}`];
    const assertionResults = [{ fullName: 'adds', status: 'failed', failureMessages }];
    const testResults = [{ name: '/a.spec.ts', message: '', assertionResults }];
    fs.writeFileSync(path.join(resultsFolder(root), 'api.json'), JSON.stringify({ testResults }));
    const [, list = ''] = summary(addUp(root, ['api'])).split('Failed:\n');
    const [block = ''] = list.split('\n\n');
    const lines = ['  api › adds (a.spec.ts)', '      not 1', '        { seed: 7 }', '      and so on'];
    expect(block.split('\n').slice(0, 4)).toEqual(lines);
    expect(block.split('\n')).toHaveLength(13);
  });
});

describe('the skips that are allowed', () => {
  const document =
    '# Testing\n\n## Skips\n\n- `a browser opens`: needs one\n- `journeys`: all of them\n\n## Other\n\n- `not this`\n';

  it('are the names listed below the heading, and whole blocks by their name', () => {
    expect(allowedSkips(document)).toEqual(['a browser opens', 'journeys']);
    const skipped = ['a browser opens', 'a browser opens twice', 'journeys drop a file', 'journeysman', 'not this'];
    expect(unexplained(skipped, ['a browser opens', 'journeys'])).toEqual(['journeysman', 'not this']);
  });

  it('are none without such a section', () => {
    expect(allowedSkips('# Testing\n')).toEqual([]);
  });
});
