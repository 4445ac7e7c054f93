import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { type FakeBackend, storedFile, storedFolder } from '../../../test/fake-backend.js';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Announcer } from '../shell/announcer.js';
import { EntryMoves } from './entry-moves.js';
import { OperationProgress } from './operation-progress.js';
import { Operations } from './operations.js';
import { Undoing } from './undoing.js';

const docs = storedFolder({ name: 'docs' });
const here = ['a', 'b', 'c'].map((name) => storedFile({ name }));

const furnish = (backend: FakeBackend): void => {
  backend.tree.folders = [docs];
  backend.files = [...here, storedFile({ name: 'a', parent: docs.id, path: 'docs' })];
};

describe('what is being done with many entries', () => {
  it('is shown with how far it is, and can be cancelled', async () => {
    const { backend, element, control, shows } = await stage(OperationProgress, furnish);
    backend.tree.operations.stride = 1;
    const ended = TestBed.inject(Operations).start({ action: 'trash', entries: here.map(({ id }) => id) });
    await shows('Moving 3 items to the trash…');
    await shows('1 of 3');
    const bar = element.querySelector('progress');
    expect([bar?.getAttribute('max'), bar?.getAttribute('aria-valuetext')]).toEqual(['3', '1 of 3']);
    control('Cancel').click();
    expect((await ended).state).toBe('cancelled');
    await shows('The rest was cancelled.');
    control('Close').click();
    await until(() => element.querySelector('section') === null);
  });

  it('names what stayed as it was and why, and keeps both of what has the same name', async () => {
    const { backend, control, shows, element } = await stage(OperationProgress, furnish);
    await TestBed.inject(EntryMoves).move(here, docs);
    await shows('2 items moved. 1 item stayed as it was.');
    await shows('File already exists');
    expect(TestBed.inject(Announcer).polite()).toBe('2 items moved. 1 item stayed as it was.');
    control('Keep both').click();
    await until(() => backend.files.every(({ parent }) => parent === docs.id));
    await until(() => element.querySelector('section') === null);
    expect(backend.files.map(({ name }) => name).sort()).toEqual(['a', 'a (1)', 'b', 'c']);
  });

  it('goes away by itself when all went well, which is said and can be undone', async () => {
    const { backend, element } = await stage(OperationProgress, furnish);
    await TestBed.inject(EntryMoves).move(here.slice(1), docs);
    await until(() => element.querySelector('section') === null);
    expect(TestBed.inject(Undoing).offer()?.done).toBe('2 items moved. They are in docs now.');
    TestBed.inject(Undoing).undo();
    await until(() => backend.files.filter(({ parent }) => parent === docs.id).length === 1);
  });

  it('says why it did not even begin', async () => {
    const { shows } = await stage(OperationProgress, (server) =>
      server.refusals.set('POST /api/operations', 'not-permitted'),
    );
    await TestBed.inject(Operations).start({ action: 'copy', entries: here.map(({ id }) => id), to: docs.id });
    await shows('Nothing was copied.');
    await shows('This is not allowed to you.');
  });
});
