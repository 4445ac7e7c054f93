import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { workspaceRoot } from '../workspace/root.mjs';
import { PROFILES, allCampaigns, chosenCampaigns } from './campaigns.mjs';
import { engineOf } from './engine.mjs';
import { addCounts, append, readRuns, tableOf, totalsOf, type Run } from './evidence.mjs';
import { reasonToSkip } from './needs.mjs';
import { judge, seedOf } from './run-campaign.mjs';

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stowage-prove-spec-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

describe('the campaigns', () => {
  it('have the names of their files, a test file, promises, and a size in the small profile', async () => {
    for (const { name, spec, proves, does, sizes } of await allCampaigns()) {
      expect(fs.existsSync(path.join(workspaceRoot, 'tools/proof/campaigns', `${name}.mjs`))).toBe(true);
      expect({ spec, there: fs.existsSync(path.join(workspaceRoot, 'apps', spec)) }).toEqual({ spec, there: true });
      expect({ name, proves: proves.filter((promise) => !/^P-\d+$/u.test(promise)), does: does.length > 0 }).toEqual({
        ...{ name, proves: [], does: true },
      });
      expect(Object.keys(sizes).filter((profile) => !(PROFILES as readonly string[]).includes(profile))).toEqual([]);
      expect(sizes.smoke).toBeDefined();
    }
  });

  it('are chosen by name, and a name that is none is refused', async () => {
    expect((await chosenCampaigns('smoke', ['failed-syncs'])).map(({ name }) => name)).toEqual(['failed-syncs']);
    expect((await chosenCampaigns('nightly', [])).length).toBeGreaterThan(5);
    await expect(chosenCampaigns('smoke', ['no such'])).rejects.toThrow('has no campaign no such; it has');
  });

  it('draw from a seed of their own, the same whichever others run', () => {
    expect(seedOf('a', 'api-kills')).toBe(seedOf('a', 'api-kills'));
    expect(seedOf('a', 'api-kills')).not.toBe(seedOf('a', 'database-kills'));
    expect(seedOf('a', 'api-kills')).not.toBe(seedOf('b', 'api-kills'));
  });

  it('are skipped where something is missing, in plain words', () => {
    const there = { what: 'this', isThere: () => true };
    const missing = { what: 'a kernel of tomorrow', isThere: () => false };
    expect(reasonToSkip([there], () => undefined)).toBeNull();
    expect(reasonToSkip([there, missing], () => undefined)).toBe('it needs a kernel of tomorrow');
    expect(reasonToSkip([{ ...missing, isOptional: true }], () => undefined)).toBeNull();
  });
});

describe('a campaign has passed', () => {
  const test = (status: string) => ({ fullName: `a test that ${status}`, status });
  const jest = (...statuses: string[]) => ({
    numPassedTests: statuses.filter((status) => status === 'passed').length,
    numPendingTests: statuses.filter((status) => status === 'pending').length,
    testResults: [{ name: 'a.spec.ts', message: 'broken', assertionResults: statuses.map(test) }],
  });

  it('when all its tests have, and they told what they did', () => {
    expect(judge(0, jest('passed'), { kills: 3, lost: 0 })).toEqual({ verdict: 'passed' });
  });

  it.each([
    ['it left no results', 1, null, null],
    ['failed: a test that failed', 1, jest('passed', 'failed'), { kills: 1 }],
    ['failed: broken', 1, jest(), null],
    ['it counted 2 lost, 1 orphans', 0, jest('passed'), { lost: 2, partial: 0, orphans: 1 }],
    ['it ended with exit code 1', 1, jest('passed'), { kills: 1 }],
    ['it told no counts', 0, jest('passed'), null],
  ])('and not when %s', (why, code, report, counts) => {
    expect(judge(code, report, counts)).toEqual({ verdict: 'failed', reason: expect.stringContaining(why) });
  });

  it.each([[jest('passed', 'pending')], [jest('pending')]])(
    'nor when a test of it skips itself: then it is skipped',
    (report) => {
      const skipped = { verdict: 'skipped', reason: '1 of its tests skip themselves here' };
      expect(judge(0, report, { kills: 1 })).toEqual(skipped);
      expect(judge(0, report, { kills: 1, lost: 1 }).verdict).toBe('failed');
    },
  );
});

describe('the evidence', () => {
  const run = (engine: string, verdict: 'passed' | 'failed', counts: Record<string, number>): Run => ({
    ...{ time: '2026-01-01T00:00:00Z', profile: 'smoke', seed: 'a', commit: null, dirty: null, engine, node: '20' },
    ...{ cpus: 2, seconds: 1, verdict },
    campaigns: [{ name: 'api-kills', verdict, seed: 'b', seconds: 1800, counts }],
  });

  it('adds figures, and keeps the highest of peaks', () => {
    expect(addCounts([{ kills: 2, peakMemory: 7 }, { kills: 3, peakMemory: 5, lost: 0 }, {}])).toEqual({
      ...{ kills: 5, peakMemory: 7, lost: 0 },
    });
  });

  it('is a line for each run, and only those of one engine are added up, failures as well', () => {
    const file = path.join(folder, 'deep', 'prove.jsonl');
    expect(readRuns(file)).toEqual([]);
    append(file, run('this', 'passed', { apiKills: 1500, lost: 0 }));
    append(file, run('that', 'passed', { apiKills: 9000, lost: 0 }));
    append(file, run('this', 'failed', { apiKills: 20, lost: 1 }));

    expect(fs.readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(3);
    const totals = totalsOf(readRuns(file), 'this');
    expect(totals).toEqual([
      { name: 'api-kills', passed: 1, failed: 1, skipped: 0, seconds: 3600, counts: { apiKills: 1520, lost: 1 } },
    ]);
    expect(tableOf(totals)).toContain('| `api-kills` | 1 | 1 | 0 | 1.00 | api kills 1,520, lost 1 |');
    expect(tableOf([])).toContain('There is no run of this engine yet.');
  });
});

describe('the engine', () => {
  const at = (file: string) => path.join(folder, 'workspace', file);
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(at(file)), { recursive: true });
    fs.writeFileSync(at(file), text);
  };
  const lock = (version: string, tool: string) =>
    JSON.stringify({
      packages: {
        '': {},
        'node_modules/pg': { version },
        'node_modules/jest': { version: tool, dev: true },
        'node_modules/@stowage/contract': { link: true },
      },
    });

  it('is another one when the source or a package of the product changes, and the same for tests and tools', () => {
    write('apps/api/src/main.ts', 'a');
    write('libs/contract/src/index.ts', 'b');
    write('package-lock.json', lock('1.0.0', '1.0.0'));
    const engine = engineOf(at(''));
    expect(engine).toMatch(/^[\da-f]{16}$/u);

    write('apps/api/src/main.spec.ts', 'a test');
    write('package-lock.json', lock('1.0.0', '2.0.0'));
    expect(engineOf(at(''))).toBe(engine);

    write('package-lock.json', lock('1.0.1', '2.0.0'));
    expect(engineOf(at(''))).not.toBe(engine);
    write('package-lock.json', lock('1.0.0', '2.0.0'));
    write('apps/api/src/main.ts', 'c');
    expect(engineOf(at(''))).not.toBe(engine);
  });
});
