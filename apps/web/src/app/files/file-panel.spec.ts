import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { type FakeBackend, SPACE, storedFile, storedSpace } from '../../../test/fake-backend.js';
import { type Stage, stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Connection } from '../session/connection.js';
import { Announcer } from '../shell/announcer.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Confirmation } from '../ui/confirmation.js';
import { FilePanel } from './file-panel.js';
import { StoredFiles } from './stored-files.js';

async function panel(prepare: (backend: FakeBackend) => void): Promise<Stage<FilePanel>> {
  const panelStage = await stage(FilePanel, prepare);
  await TestBed.inject(StoredFiles).list.refresh();
  await panelStage.fixture.whenStable();
  return panelStage;
}

describe('the uploaded files', () => {
  it('are being read at first', async () => {
    const { element, text } = await stage(FilePanel);
    expect(element.querySelector('[aria-busy=true]')).not.toBeNull();
    expect(text()).not.toContain('No files yet.');
  });

  it('can be none', async () => {
    const { text } = await panel(() => undefined);
    expect(text()).toContain('No files yet.');
  });

  it('are listed with all there is to know and a plain link', async () => {
    const file = storedFile({ name: 'a\u202eb.pdf', path: 'docs/2026' });
    const { element, control } = await panel((backend) => (backend.files = [file]));
    const cells = Array.from(element.querySelectorAll('tbody td'), (cell) => cell.textContent?.trim());
    expect(cells.slice(0, 3)).toEqual(['aU+202Eb.pdf', 'docs/2026', '120\u00a0kB']);
    expect(element.querySelector('time')?.dateTime).toBe(file.createdAt);
    const link = control('Download a[U+202E]b.pdf') as HTMLAnchorElement;
    expect([link.getAttribute('href'), link.download]).toEqual([file.url, file.name]);
  });

  it('say which are damaged, what helps, and offer what is left of them', async () => {
    const [whole, damaged] = [storedFile({ name: 'whole.pdf' }), storedFile({ name: 'broken.pdf', damaged: true })];
    const { element, control } = await panel((backend) => (backend.files = [whole, damaged]));
    const [first, second] = Array.from(element.querySelectorAll('tbody tr'), (row) => row.textContent ?? '');
    expect(first).not.toContain('Damaged');
    expect(second).toContain('Damaged');
    expect(second).toContain('Upload the file again');
    const link = control('Download what is left of broken.pdf') as HTMLAnchorElement;
    expect([link.getAttribute('href'), link.download]).toEqual([`${damaged.url}?damaged=accept`, 'broken.pdf']);
    expect(control('Download whole.pdf').getAttribute('href')).toBe(whole.url);
  });

  it('say how much they take up, and of what', async () => {
    const { backend, control, shows, element } = await panel((server) => {
      server.files = [storedFile({ size: 1_200_000 }), storedFile({ size: 300_000 })];
    });
    await shows('1.5 MB used');
    expect(element.querySelector('.summary span')?.getAttribute('title')).toBe(
      '1,500,000 bytes used, 7 bytes reserved for unfinished uploads',
    );
    backend.spaces.spaces = [storedSpace({ id: SPACE, kind: 'personal', name: 'Maria', quota: 50_000_000 })];
    control('Refresh uploaded files').click();
    await shows('1.5 of 50 MB used');
    expect(element.querySelector('.summary span')?.getAttribute('title')).toContain('1,500,000 bytes of 50,000,000');
    backend.files = [];
    control('Refresh uploaded files').click();
    await shows('0 of 50 MB used');
    backend.refusals.set('GET /api/spaces', 'database-unavailable');
    control('Refresh uploaded files').click();
    await TestBed.inject(StoredFiles).list.refresh();
    expect(element.textContent).toContain('of 50');
  });

  it('are those of the space that is looked at, never of another', async () => {
    const film = storedSpace({ role: 'editor' });
    const { backend, text, shows, hides } = await panel((server) => {
      server.spaces.spaces.push(film);
      server.files = [storedFile({ name: 'mine.pdf' }), storedFile({ name: 'cut.mov', space: film.id, size: 5 })];
    });
    await shows('mine.pdf');
    expect(text()).not.toContain('cut.mov');
    const { list } = TestBed.inject(StoredFiles);
    TestBed.inject(CurrentSpace).choose(film.id);
    list.clear();
    await hides('mine.pdf');
    await list.refresh();
    await shows('cut.mov');
    expect(text().replaceAll('\u00a0', ' ')).toContain('5 B used');
    backend.files = [];
    await list.refresh();
    await shows('What is uploaded here can be seen by all members of the space.');
  });

  it.each([
    ['viewer', false],
    ['contributor', false],
    ['editor', true],
    ['manager', true],
  ] as const)('can be deleted by a %s: %s', async (role, may) => {
    const { element, shows } = await panel((server) => {
      server.spaces.spaces = [storedSpace({ id: SPACE, role })];
      server.files = [storedFile()];
    });
    await shows('report.pdf');
    expect(element.querySelector('[aria-label="Delete report.pdf"]') !== null).toBe(may);
  });

  it('come page by page, and the focus goes on to the title when there are no more', async () => {
    const { element, control } = await panel((backend) => {
      backend.pageSize = 2;
      backend.files = Array.from({ length: 5 }, () => storedFile());
    });
    document.body.append(element);
    expect(element.querySelectorAll('tbody tr')).toHaveLength(2);
    control('Show more files').focus();
    control('Show more files').click();
    await until(() => element.querySelectorAll('tbody tr').length === 4);
    expect(document.activeElement).toBe(control('Show more files'));
    control('Show more files').click();
    await until(() => element.querySelectorAll('tbody tr').length === 5);
    expect(() => control('Show more files')).toThrow();
    expect(document.activeElement?.id).toBe('files-title');
  });

  it('leave the button that reads them enabled meanwhile, so that the focus stays on it', async () => {
    const { control, fixture } = await panel((backend) => (backend.files = [storedFile()]));
    const refresh = control('Refresh uploaded files');
    refresh.click();
    fixture.detectChanges();
    expect(refresh.getAttribute('aria-busy')).toBe('true');
    expect(refresh.matches(':disabled')).toBe(false);
    await until(() => refresh.getAttribute('aria-busy') === 'false');
  });

  it('are deleted after a question, which is said', async () => {
    const { backend, control, shows, element } = await panel((server) => (server.files = [storedFile()]));
    document.body.append(element);
    control('Delete report.pdf').click();
    expect(TestBed.inject(Confirmation).question()).toMatchObject({ name: 'report.pdf', action: 'Delete' });
    TestBed.inject(Confirmation).answer(true);
    await shows('No files yet.');
    expect(backend.files).toEqual([]);
    expect(TestBed.inject(Announcer).polite()).toBe('report.pdf deleted.');
    expect(document.activeElement?.id).toBe('files-title');
    element.remove();
  });

  it('stay when the answer is no', async () => {
    const { backend, control } = await panel((server) => (server.files = [storedFile()]));
    control('Delete report.pdf').click();
    TestBed.inject(Confirmation).answer(false);
    expect(backend.calls.some((call) => call.startsWith('DELETE'))).toBe(false);
  });

  it('say why one was not deleted, but not when it was gone already', async () => {
    const { backend, control, shows, text } = await panel((server) => {
      server.files = [storedFile()];
      server.refusals.set('DELETE', 'storage-failed');
    });
    control('Delete report.pdf').click();
    TestBed.inject(Confirmation).answer(true);
    await shows('The file was not deleted.');
    backend.refusals.set('DELETE', 'file-not-found');
    backend.files = [];
    control('Try again').click();
    await shows('No files yet.');
    expect(text()).not.toContain('was not deleted');
    expect(backend.calls.filter((call) => call.startsWith('DELETE'))).toHaveLength(2);
  });

  it('stay readable while the server is away, with the time they are from', async () => {
    const { backend, control, shows, hides, text } = await panel((server) => (server.files = [storedFile()]));
    backend.refusals.set('GET', 'network');
    control('Refresh uploaded files').click();
    await shows('It is tried again as soon as the server answers.');
    expect(TestBed.inject(Connection).state()).toBe('unreachable');
    expect(text()).toMatch(/as of \d/u);
    expect(text()).toContain('report.pdf');
    backend.refusals.clear();
    control('Try again').click();
    await hides('It is tried again');
    expect(text()).not.toContain('as of');
  });
});
