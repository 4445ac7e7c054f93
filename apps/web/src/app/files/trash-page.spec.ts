import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { type FakeBackend, SPACE, storedFile, storedFolder, storedSpace } from '../../../test/fake-backend.js';
import { type Stage, stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Announcer } from '../shell/announcer.js';
import { Confirmation } from '../ui/confirmation.js';
import { TrashPage } from './trash-page.js';
import { TrashView } from './trash-view.js';

const trashed = { at: '2026-01-03T03:04:05.000Z', by: 'Adam', path: 'reports' };

async function page(prepare: (backend: FakeBackend) => void): Promise<Stage<TrashPage>> {
  const pageStage = await stage(TrashPage, prepare);
  const { rows } = pageStage.fixture.debugElement.injector.get(TrashView);
  await until(() => !rows.loading());
  await pageStage.fixture.whenStable();
  return pageStage;
}

const two = (backend: FakeBackend): void => {
  backend.tree.trash = [
    storedFile({ name: 'a.txt', trashed }),
    storedFolder({ name: 'docs', trashed: { ...trashed, by: null } }),
  ];
};

describe('the trash', () => {
  it('can be empty', async () => {
    const { text, element } = await page(() => undefined);
    expect(text()).toContain('The trash is empty.');
    expect(element.querySelector('ul')).toBeNull();
  });

  it('says who put what there from where', async () => {
    const { element, text } = await page(two);
    const [first, second] = Array.from(
      element.querySelectorAll('li'),
      (row) => row.textContent?.replace(/\s+/gu, ' ') ?? '',
    );
    expect(first).toContain('by Adam');
    expect(first).toContain('from reports');
    expect(second).not.toContain(' by ');
    expect(text()).toContain('2 items');
  });

  it('gives back what was deleted, which is said', async () => {
    const { backend, control, hides } = await page(two);
    control('Restore a.txt').click();
    await hides('a.txt');
    expect(backend.files.map(({ name }) => name)).toEqual(['a.txt']);
    expect(TestBed.inject(Announcer).polite()).toBe('a.txt was restored to the files of the space.');
  });

  it('says why something was not given back', async () => {
    const { backend, control, shows, hides } = await page((server) => {
      two(server);
      server.refusals.set('POST /api/entries', 'quota-exceeded');
    });
    control('Restore a.txt').click();
    await shows('a.txt was not restored.');
    backend.refusals.clear();
    control('Try again').click();
    await hides('was not restored');
  });

  it('removes one thing for good after a question, and nothing without a yes', async () => {
    const { backend, control, hides } = await page(two);
    control('Delete docs for good').click();
    expect(TestBed.inject(Confirmation).question()).toMatchObject({
      name: 'docs',
      title: 'Delete this folder for good?',
    });
    TestBed.inject(Confirmation).answer(false);
    expect(backend.calls.some((call) => call.includes('/operations'))).toBe(false);
    control('Delete docs for good').click();
    TestBed.inject(Confirmation).answer(true);
    await hides('docs');
    expect(backend.tree.trash.map(({ name }) => name)).toEqual(['a.txt']);
  });

  it('is emptied after a question', async () => {
    const { backend, control, shows } = await page(two);
    control('Empty the trash').click();
    expect(TestBed.inject(Confirmation).question()?.name).toBe('2 items');
    TestBed.inject(Confirmation).answer(true);
    await shows('The trash is empty.');
    expect(backend.tree.trash).toEqual([]);
    await until(() => TestBed.inject(Announcer).polite() === '2 items deleted for good.');
  });

  it('is only looked at by those who may not delete', async () => {
    const { element, shows } = await page((server) => {
      two(server);
      server.spaces.spaces = [storedSpace({ id: SPACE, role: 'contributor' })];
    });
    await shows('a.txt');
    expect(element.querySelectorAll('li button')).toHaveLength(0);
    expect(element.textContent).not.toContain('Empty the trash');
  });

  it('that cannot be read says so, and is read again', async () => {
    const { backend, control, shows, hides } = await page((server) => {
      two(server);
      server.refusals.set('GET /api/spaces', 'internal');
    });
    await shows('The trash could not be read.');
    backend.refusals.clear();
    control('Try again').click();
    await shows('a.txt');
    await hides('could not be read');
  });
});
