import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { workspaceRoot } from '../workspace/root.mjs';
import { plant, plantedFaults } from './faults.mjs';
import { NameCheck } from './transpile.mjs';
import { WorkspaceCopy } from './workspace-copy.mjs';

const faults = await plantedFaults(workspaceRoot);
let copy: WorkspaceCopy;
let names: NameCheck;
beforeAll(() => {
  copy = new WorkspaceCopy(workspaceRoot);
  names = new NameCheck(copy.at('apps/api/tsconfig.json'));
});
afterAll(() => {
  copy.remove();
});

it('every fault that is to be planted has a name of its own, and a test that is to find it', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  expect(faults.length).toBeGreaterThan(10);
  for (const { harness } of faults) expect(['api', 'api-e2e']).toContain(harness.project);
});

it.each(faults)('the fault "$name" still applies to the source, and knows all names', (fault) => {
  plant(copy.folder, fault);
  for (const { file } of fault.edits) {
    expect(names.unknownNames(copy.at(file))).toEqual([]);
    copy.restore(file);
  }
});

it('a fault that no longer applies is refused', () => {
  const edits = [{ file: 'apps/api/src/server.ts', find: 'nothing of this kind', replace: '' }];
  const gone = { name: 'gone', how: '', edits, harness: { project: 'api', pattern: '' }, caught: /x/u };
  expect(() => {
    plant(copy.folder, gone);
  }).toThrow('"gone" no longer applies: apps/api/src/server.ts has its text 0 times');
});
