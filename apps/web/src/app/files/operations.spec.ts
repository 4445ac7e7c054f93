import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeBackend, storedFile, storedFolder } from '../../../test/fake-backend.js';
import { until } from '../../../test/until.js';
import { Operations } from './operations.js';

describe('what is done with many entries', () => {
  let backend: FakeBackend;
  let operations: Operations;

  beforeEach(() => {
    backend = new FakeBackend();
    TestBed.configureTestingModule({ providers: backend.providers() });
    operations = TestBed.inject(Operations);
  });

  it('is watched until it is over', async () => {
    backend.files = Array.from({ length: 4 }, (_, index) => storedFile({ name: `${index}` }));
    backend.tree.operations.stride = 2;
    const ended = operations.start({ action: 'trash', entries: backend.files.map(({ id }) => id) });
    expect(operations.runs()[0]).toMatchObject({ action: 'trash', state: 'running', total: 4, done: 0 });
    await until(() => operations.runs()[0]?.done === 2);
    expect(operations.isBusy()).toBe(true);
    expect(await ended).toMatchObject({ state: 'done', done: 4, failed: 0 });
    expect([backend.files, backend.tree.trash.length]).toEqual([[], 4]);
    operations.dismiss(operations.runs()[0]?.id ?? 0);
    expect(operations.runs()).toEqual([]);
  });

  it('says what stayed as it was, and why', async () => {
    const docs = storedFolder();
    backend.tree.folders = [docs];
    const [one, there] = [storedFile({ name: 'a' }), storedFile({ name: 'A', parent: docs.id, path: 'docs' })];
    backend.files = [one, there];
    const ended = await operations.start({ action: 'move', entries: [one.id], to: docs.id });
    expect(ended).toMatchObject({
      state: 'done',
      done: 1,
      failed: 1,
      failures: [{ entry: one.id, code: 'name-taken' }],
    });
  });

  it('may be of more entries than one request can have', async () => {
    backend.files = Array.from({ length: 1_001 }, (_, index) => storedFile({ name: `${index}` }));
    const ended = await operations.start({ action: 'trash', entries: backend.files.map(({ id }) => id) });
    expect(ended).toMatchObject({ state: 'done', total: 1_001, done: 1_001 });
    expect(backend.calls.filter((call) => call.startsWith('POST /api/operations'))).toHaveLength(2);
  });

  it('can be stopped, and begins nothing more then', async () => {
    backend.files = Array.from({ length: 1_001 }, (_, index) => storedFile({ name: `${index}` }));
    backend.tree.operations.stride = 1;
    const ended = operations.start({ action: 'trash', entries: backend.files.map(({ id }) => id) });
    await until(() => (operations.runs()[0]?.done ?? 0) > 0);
    await operations.cancel(operations.runs()[0]?.id ?? 0);
    expect((await ended).state).toBe('cancelled');
    expect(backend.files.length).toBeGreaterThan(900);
    expect(backend.calls.filter((call) => call.startsWith('POST /api/operations'))).toHaveLength(1);
  });

  it('says why the server would not begin', async () => {
    backend.refusals.set('POST /api/operations', 'not-permitted');
    const ended = await operations.start({ action: 'trash', entries: ['x'] });
    expect([ended.state, ended.done, ended.problem?.code]).toEqual(['done', 0, 'not-permitted']);
  });

  it('goes on while the server does not answer', async () => {
    backend.files = [storedFile()];
    backend.refusals.set('GET /api/operations', 'database-unavailable');
    const ended = operations.start({ action: 'trash', entries: backend.files.map(({ id }) => id) });
    await until(() => operations.runs()[0]?.problem?.code === 'database-unavailable');
    expect(operations.runs()[0]?.state).toBe('running');
    backend.refusals.clear();
    expect(await ended).toMatchObject({ state: 'done', done: 1, problem: null });
  });

  it('is found again after the page was opened anew', async () => {
    const files = [storedFile({ name: 'a' }), storedFile({ name: 'b' })];
    backend.files = files;
    backend.tree.operations.begin('trash', files);
    await operations.find();
    await until(() => operations.runs()[0]?.state === 'done');
    expect([operations.runs().length, backend.files]).toEqual([1, []]);
  });
});
