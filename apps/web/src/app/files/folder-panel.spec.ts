import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { type FakeBackend, SPACE, storedFile, storedFolder, storedSpace } from '../../../test/fake-backend.js';
import { type Stage, stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Connection } from '../session/connection.js';
import { Announcer } from '../shell/announcer.js';
import { FolderPanel } from './folder-panel.js';
import { FolderView } from './folder-view.js';
import { Operations } from './operations.js';
import { Undoing } from './undoing.js';

/** The panel at a place, once its rows are there. */
async function panel(
  prepare: (backend: FakeBackend) => void,
  place: { folder: string } | { space: string | null } = { space: null },
): Promise<Stage<FolderPanel>> {
  const panelStage = await stage(FolderPanel, prepare);
  const view = TestBed.inject(FolderView);
  view.goTo(place);
  await until(() => view.rows.loadedAt() !== null || view.rows.problem() !== null);
  await panelStage.fixture.whenStable();
  return panelStage;
}

function rowsOf(element: HTMLElement): string[] {
  return Array.from(element.querySelectorAll('stow-entry-row .name'), (cell) => (cell.textContent ?? '').trim());
}

function press(element: Element | null, key: string, more: KeyboardEventInit = {}): void {
  element?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
}

describe('a folder', () => {
  it('is being read at first', async () => {
    const { element, text } = await stage(FolderPanel);
    expect(element.querySelector('[aria-busy=true] .skeleton')).not.toBeNull();
    expect(text()).not.toContain('No files yet.');
  });

  it('can be empty, which says who sees what is put there', async () => {
    const docs = storedFolder();
    const { text, shows } = await panel((server) => server.tree.folders.push(docs));
    TestBed.inject(FolderView).goTo({ folder: docs.id });
    await shows('This folder is empty.');
    TestBed.resetTestingModule();
    const root = await panel(() => undefined);
    expect(root.text()).toContain('No files yet.');
    expect(text()).not.toContain('No files yet.');
  });

  it('lists folders first and all there is to know of files, with plain links to download', async () => {
    const file = storedFile({ name: 'a\u202eb.pdf' });
    const { element, control, text } = await panel((backend) => {
      backend.tree.folders.push(storedFolder({ name: 'zoo' }));
      backend.files = [file, storedFile({ name: 'file 10' }), storedFile({ name: 'file 9' })];
    });
    expect(rowsOf(element)).toEqual(['zoo', 'aU+202Eb.pdf', 'file 9', 'file 10']);
    expect(text()).toContain('4 items');
    const link = control('Download a[U+202E]b.pdf') as HTMLAnchorElement;
    expect([link.getAttribute('href'), link.download]).toEqual([file.url, file.name]);
    expect(control('Download zoo as a ZIP file').getAttribute('href')).toMatch(/^\/api\/zip\?entries=folder\d+$/u);
    expect(element.querySelector('[role=grid]')?.getAttribute('aria-rowcount')).toBe('5');
  });

  it('says which files are damaged, what helps, and offers what is left of them', async () => {
    const damaged = storedFile({ name: 'broken.pdf', damaged: true });
    const { element, control, shows } = await panel((backend) => (backend.files = [storedFile(), damaged]));
    const rows = Array.from(element.querySelectorAll('stow-entry-row'), (row) => row.textContent ?? '');
    expect(rows.map((row) => row.includes('Damaged'))).toEqual([true, false]);
    const link = control('Download what is left of broken.pdf');
    expect(link.getAttribute('href')).toBe(`${damaged.url}?damaged=accept`);
    control('broken.pdf').click();
    await shows('Upload the file again');
  });

  it('says how much its space takes up, and of what', async () => {
    const { backend, control, shows, element } = await panel((server) => {
      server.files = [storedFile({ size: 1_200_000 }), storedFile({ size: 300_000 })];
    });
    await shows('1.5 MB used');
    expect(element.querySelector('.usage')?.getAttribute('title')).toBe(
      '1,500,000 bytes used, 7 bytes reserved for unfinished uploads',
    );
    backend.spaces.spaces = [storedSpace({ id: SPACE, kind: 'personal', name: 'Maria', quota: 50_000_000 })];
    control('Refresh').click();
    await shows('1.5 of 50 MB used');
  });

  it('stays readable while the server is away, with the time that it is from', async () => {
    const { backend, control, shows, hides, text } = await panel((server) => (server.files = [storedFile()]));
    backend.refusals.set('GET', 'network');
    control('Refresh').click();
    await shows('It is tried again as soon as the server answers.');
    expect(TestBed.inject(Connection).state()).toBe('unreachable');
    expect(text()).toMatch(/as of \d/u);
    expect(text()).toContain('report.pdf');
    backend.refusals.clear();
    control('Try again').click();
    await hides('It is tried again');
    expect(text()).not.toContain('as of');
  });

  it('that cannot be read says so where its rows would be, with the way up still there', async () => {
    const docs = storedFolder();
    const { backend, element, shows } = await panel((server) => server.tree.folders.push(docs), { folder: docs.id });
    backend.refusals.set('GET /api/folders', 'database-unavailable');
    TestBed.inject(FolderView).goTo({ folder: 'x'.repeat(22) });
    await shows('The folder could not be read.');
    expect(element.querySelector('nav a')?.textContent?.trim()).toBe('Files');
    backend.refusals.clear();
    TestBed.inject(FolderView).goTo({ folder: 'y'.repeat(22) });
    await shows('There is no such folder.');
  });

  it('draws only those rows that can be seen, and says how many there are', async () => {
    const { element, text } = await panel((backend) => {
      backend.pageSize = 10_000;
      backend.files = Array.from({ length: 5_000 }, (_, index) => storedFile({ name: `${index}.txt` }));
    });
    expect(text()).toContain('5,000 items');
    expect(element.querySelectorAll('stow-entry-row').length).toBeLessThan(60);
    expect(element.querySelector('[role=grid]')?.getAttribute('aria-rowcount')).toBe('5001');
  });

  it.each([
    ['viewer', false, false],
    ['contributor', true, false],
    ['editor', true, true],
    ['manager', true, true],
  ] as const)('lets a %s make folders: %s, and delete: %s', async (role, mayMake, mayDelete) => {
    const { element, shows, control } = await panel((server) => {
      server.spaces.spaces = [storedSpace({ id: SPACE, role })];
      server.files = [storedFile()];
    });
    await shows('report.pdf');
    const has = (name: string): boolean =>
      Array.from(element.querySelectorAll('button')).some((button) => button.textContent?.includes(name));
    expect(has('New folder')).toBe(mayMake);
    control('Actions for report.pdf').click();
    await until(() => document.querySelector('.mat-mdc-menu-panel') !== null);
    const items = Array.from(document.querySelectorAll('.mat-mdc-menu-panel button'), (item) =>
      item.textContent?.trim(),
    );
    expect(items.includes('Delete')).toBe(mayDelete);
    expect(items.includes('Rename')).toBe(mayDelete);
    expect(items.includes('Copy to…')).toBe(mayMake);
  });

  it('is ordered by what somebody clicks on, and the other way around by a second click', async () => {
    const { element, control } = await panel((backend) => {
      backend.files = [
        storedFile({ name: 'a', size: 3 }),
        storedFile({ name: 'b', size: 1 }),
        storedFile({ name: 'c', size: 2 }),
      ];
    });
    control('Size').click();
    await until(() => rowsOf(element).join('') === 'bca');
    expect(element.querySelector('[aria-sort=ascending]')?.textContent?.trim()).toBe('Size');
    control('Size').click();
    await until(() => rowsOf(element).join('') === 'acb');
    localStorage.clear();
  });

  it('can be shown as cards', async () => {
    const { element, control } = await panel((backend) => (backend.files = [storedFile(), storedFile({ name: 'b' })]));
    control('Show as a grid').click();
    await until(() => element.querySelectorAll('stow-entry-card').length === 2);
    expect(control('Show as a grid').getAttribute('aria-pressed')).toBe('true');
    expect(element.querySelector('[role=grid]')?.getAttribute('aria-rowcount')).toBe('1');
    localStorage.clear();
  });
});

describe('entries of a folder', () => {
  const three = (backend: FakeBackend): void => {
    backend.files = ['a', 'b', 'c'].map((name) => storedFile({ name }));
  };

  it('are chosen by boxes, clicks and ranges, and counted', async () => {
    const { element, control, shows, hides } = await panel(three);
    const rows = Array.from(element.querySelectorAll<HTMLElement>('stow-entry-row'));
    rows[0]?.querySelector('input')?.click();
    await shows('1 selected');
    rows[2]?.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    await shows('3 selected');
    rows[1]?.dispatchEvent(new MouseEvent('click', { bubbles: true, ctrlKey: true }));
    await shows('2 selected');
    expect(rows.map((row) => row.getAttribute('aria-selected'))).toEqual(['true', 'false', 'true']);
    const ids = TestBed.inject(FolderView)
      .rows.items()
      .map(({ id }) => id);
    expect(control('Download').getAttribute('href')).toBe(`/api/zip?entries=${ids[0]}%2C${ids[2]}`);
    control('Clear the selection').click();
    await hides('selected');
  });

  it('are gone through with keys, and one of them can be reached with Tab', async () => {
    const { element, shows } = await panel(three);
    document.body.append(element);
    const rows = Array.from(element.querySelectorAll<HTMLElement>('stow-entry-row'));
    expect(rows.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    rows[0]?.focus();
    press(rows[0] ?? null, 'ArrowDown');
    await until(() => document.activeElement === rows[1]);
    expect(rows.map(({ tabIndex }) => tabIndex)).toEqual([-1, 0, -1]);
    press(rows[1] ?? null, 'ArrowDown', { shiftKey: true });
    await shows('2 selected');
    await until(() => document.activeElement === rows[2]);
    press(rows[2] ?? null, 'Escape');
    press(rows[2] ?? null, 'a', { ctrlKey: true });
    await shows('3 selected');
    element.remove();
  });

  it('go into the trash without a question, which is said and can be undone', async () => {
    const { backend, element, shows } = await panel(three);
    document.body.append(element);
    const row = element.querySelector<HTMLElement>('stow-entry-row');
    row?.focus();
    press(row, 'Delete');
    await until(() => backend.tree.trash.length === 1);
    await until(() => rowsOf(element).join('') === 'bc');
    expect(TestBed.inject(Announcer).polite()).toBe('a was moved to the trash.');
    await until(() => document.activeElement === element.querySelector('stow-entry-row'));
    TestBed.inject(Undoing).undo();
    await shows('3 items');
    expect(backend.tree.trash).toEqual([]);
    element.remove();
  });

  it('go into the trash many at once', async () => {
    const { backend, control, element, shows } = await panel(three);
    element.querySelectorAll<HTMLInputElement>('stow-entry-row input').forEach((box) => box.click());
    await shows('3 selected');
    control('Delete').click();
    await shows('No files yet.');
    expect(backend.tree.trash).toHaveLength(3);
    expect(TestBed.inject(Undoing).offer()?.done).toBe('3 items moved to the trash.');
    TestBed.inject(Undoing).undo();
    await shows('3 items');
    expect(TestBed.inject(Operations).runs()).toEqual([]);
  });

  it('that could not be deleted say why', async () => {
    const { backend, element, shows, hides, control } = await panel((server) => {
      three(server);
      server.refusals.set('DELETE', 'storage-failed');
    });
    press(element.querySelector('stow-entry-row'), 'Delete');
    await shows('a was not deleted.');
    backend.refusals.clear();
    control('Try again').click();
    await hides('was not deleted');
    await until(() => backend.tree.trash.length === 1);
  });

  it('show their details, with the digest to copy', async () => {
    const { element, control, shows, hides } = await panel(three);
    control('b').click();
    await shows('SHA-256');
    await shows('120,000 bytes');
    expect(element.querySelector('aside code')?.textContent).toBe('a'.repeat(64));
    control('Close the details').click();
    await hides('SHA-256');
  });
});
