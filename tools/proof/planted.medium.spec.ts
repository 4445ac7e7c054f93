import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { workspaceRoot } from '../workspace/root.mjs';
import { plant, plantedFaults } from './faults.mjs';
import { transpileFile } from './transpile.mjs';
import { WorkspaceCopy } from './workspace-copy.mjs';

const faults = await plantedFaults(workspaceRoot);
let copy: WorkspaceCopy;
beforeAll(() => {
  copy = new WorkspaceCopy(workspaceRoot);
});
afterAll(() => {
  copy.remove();
});

it('every fault that is to be planted has a name of its own, and a test that is to find it', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  expect(faults.length).toBeGreaterThan(10);
  for (const { harness } of faults) expect(['api', 'api-e2e']).toContain(harness.project);
});

it.each(faults)('the fault "$name" still applies to the source, and is still a program', (fault) => {
  plant(copy.folder, fault);
  for (const { file } of fault.edits) {
    expect(transpileFile(copy.at(file))).not.toBe('');
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
