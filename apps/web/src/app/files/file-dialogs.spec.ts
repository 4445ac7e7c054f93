import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { SPACE, storedFile, storedFolder, storedSpace } from '../../../test/fake-backend.js';
import { type Stage, stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Spaces } from '../spaces/spaces.js';
import { Announcer } from '../shell/announcer.js';
import { EntryActions } from './entry-actions.js';
import { EntryMoves } from './entry-moves.js';
import { FileDialogs } from './file-dialogs.js';
import { FileQuestions } from './file-questions.js';
import { FolderView } from './folder-view.js';
import { Shortcuts } from './shortcuts.js';
import { Undoing } from './undoing.js';

const docs = storedFolder({ name: 'docs' });
const deep = storedFolder({ name: 'deep', parent: docs.id, path: 'docs' });
const film = storedSpace({ name: 'Film' });
const looked = storedSpace({ name: 'Looked at', role: 'viewer' });

/** The dialogs beside a root that has been read. */
async function dialogs(prepare: Parameters<typeof stage>[1] = () => undefined): Promise<Stage<FileDialogs>> {
  const dialogStage = await stage(FileDialogs, (server) => {
    server.tree.folders = [docs, deep];
    server.files = [storedFile({ name: 'a.txt' }), storedFile({ name: 'a.txt', parent: docs.id, path: 'docs' })];
    prepare(server);
  });
  const view = TestBed.inject(FolderView);
  view.goTo({ space: null });
  await until(() => view.rows.loadedAt() !== null);
  return dialogStage;
}

function fill(element: HTMLElement, name: string): void {
  const field = element.querySelector<HTMLInputElement>('#entry-name');
  if (field === null) throw new Error('There is no field.');
  field.value = name;
  field.dispatchEvent(new Event('input'));
  field.form?.dispatchEvent(new Event('submit', { cancelable: true }));
}

const entry = (name: string) => {
  const found = TestBed.inject(FolderView)
    .rows.items()
    .find((item) => item.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
};

describe('the question for a name', () => {
  it('makes a folder, which is said', async () => {
    const { backend, element, fixture, hides } = await dialogs();
    TestBed.inject(EntryActions).newFolder();
    await fixture.whenStable();
    fill(element, 'letters');
    await hides('New folder');
    expect(backend.tree.folders.some(({ name, parent }) => name === 'letters' && parent === SPACE)).toBe(true);
    expect(TestBed.inject(Announcer).polite()).toBe('letters was created.');
    expect(TestBed.inject(EntryActions).made()).toBe(backend.tree.folders.at(-1)?.id);
  });

  it.each([
    ['', 'Enter a name.'],
    ['a/b', 'A name cannot have a slash in it.'],
    ['docs', 'There is something with this name already.'],
  ])('does not take %j, says why, and stays', async (name, why) => {
    const { element, fixture, shows } = await dialogs();
    TestBed.inject(EntryActions).newFolder();
    await fixture.whenStable();
    fill(element, name);
    await shows(why);
    const field = element.querySelector<HTMLInputElement>('#entry-name');
    expect([field?.value, field?.getAttribute('aria-invalid')]).toEqual([name, 'true']);
  });

  it('says what the server says, and can be answered again', async () => {
    const { backend, element, fixture, shows, hides } = await dialogs();
    backend.refusals.set('POST /api/folders', 'database-unavailable');
    TestBed.inject(EntryActions).newFolder();
    await fixture.whenStable();
    fill(element, 'letters');
    await shows('The database cannot be reached');
    backend.refusals.clear();
    fill(element, 'letters');
    await hides('New folder');
  });

  it('renames, with the ending left out of what is chosen, and can be undone', async () => {
    const { backend, element, fixture, hides } = await dialogs();
    TestBed.inject(EntryActions).rename(entry('a.txt'));
    await fixture.whenStable();
    const field = element.querySelector<HTMLInputElement>('#entry-name');
    expect(field?.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0)).toBe('a');
    fill(element, 'b.txt');
    await hides('Rename');
    expect(backend.files.some(({ name }) => name === 'b.txt')).toBe(true);
    TestBed.inject(Undoing).undo();
    await until(() => !backend.files.some(({ name }) => name === 'b.txt'));
  });

  it('asks what is to become of it when the name is taken, and stays when nothing is', async () => {
    const { backend, element, fixture, control, shows, hides } = await dialogs((server) => {
      server.files.push(storedFile({ name: 'c.txt' }));
    });
    TestBed.inject(EntryActions).rename(entry('a.txt'));
    await fixture.whenStable();
    fill(element, 'c.txt');
    await shows('This name is taken');
    Array.from(element.querySelectorAll('stow-conflict-dialog button'))[0]?.dispatchEvent(new Event('click'));
    await hides('This name is taken');
    expect(element.querySelector<HTMLInputElement>('#entry-name')?.value).toBe('c.txt');
    fill(element, 'c.txt');
    await shows('This name is taken');
    control('Replace').click();
    await hides('Rename');
    expect(backend.files.filter(({ name }) => name === 'c.txt')).toHaveLength(1);
    expect(backend.tree.trash.map(({ name }) => name)).toEqual(['c.txt']);
  });
});

describe('the question for a folder', () => {
  it('begins where the entry is, which is no place to move it to, and goes down and up', async () => {
    const { backend, control, shows, element } = await dialogs();
    const moved = TestBed.inject(EntryMoves).moveTo([entry('a.txt')]);
    await shows('Move a.txt');
    await shows('It is here already.');
    control('docs').click();
    await until(
      () => Array.from(element.querySelectorAll('.choice'), (choice) => choice.textContent?.trim())[0] === 'deep',
    );
    control('deep').click();
    await shows('No folders here.');
    control('docs').click();
    await until(() => element.querySelector('h3')?.textContent?.trim() === 'docs');
    control('deep').click();
    await shows('No folders here.');
    control('Move here').click();
    expect(await moved).toBe(true);
    expect(backend.files.find(({ parent }) => parent === deep.id)?.name).toBe('a.txt');
    expect(TestBed.inject(Undoing).offer()?.done).toBe('a.txt was moved to deep.');
  });

  it('does not let a folder be put into itself', async () => {
    const { control, shows, hides } = await dialogs();
    const moved = TestBed.inject(EntryMoves).moveTo([entry('docs')]);
    await shows('It is here already.');
    expect(control('docs').matches(':disabled')).toBe(true);
    control('Cancel').click();
    await hides('Move docs');
    expect(await moved).toBe(false);
  });

  it('offers the spaces that one may write to, and no others', async () => {
    const { backend, control, shows, element } = await dialogs((server) => server.spaces.spaces.push(film, looked));
    await TestBed.inject(Spaces).list.refresh();
    const copied = TestBed.inject(EntryMoves).copyTo([entry('a.txt')]);
    await shows('docs');
    control('Spaces').click();
    await shows('Choose a space.');
    expect(Array.from(element.querySelectorAll('.choice'), (choice) => choice.textContent?.trim())).toEqual([
      'My files',
      'Film',
    ]);
    control('Film').click();
    await shows('No folders here.');
    control('Copy here').click();
    expect(await copied).toBe(true);
    expect(backend.files.some(({ parent, name }) => parent === film.id && name === 'a.txt')).toBe(true);
  });

  it('asks what is to become of a file whose name is taken there', async () => {
    const { backend, control, shows } = await dialogs();
    const moved = TestBed.inject(EntryMoves).move([entry('a.txt')], { id: docs.id, name: 'docs' });
    await shows('This name is taken');
    control('Keep both').click();
    expect(await moved).toBe(true);
    expect(backend.files.map(({ name }) => name).sort()).toEqual(['a (1).txt', 'a.txt']);
  });

  it('says that a folder could not be read, and reads it again', async () => {
    const { backend, control, shows, hides } = await dialogs();
    backend.refusals.set('GET /api/folders', 'internal');
    void TestBed.inject(EntryMoves).moveTo([entry('a.txt')]);
    await shows('The folder could not be read.');
    backend.refusals.clear();
    control('Try again').click();
    await hides('The folder could not be read.');
    await shows('docs');
  });
});

describe('the keys', () => {
  it('are shown, and those of a single character can be turned off', async () => {
    const { element, control, shows, hides } = await dialogs();
    TestBed.inject(FileQuestions).showShortcuts();
    await shows('Keyboard shortcuts');
    element.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
    expect(TestBed.inject(Shortcuts).single()).toBe(false);
    expect(localStorage.getItem('stowage.shortcuts')).toBe('off');
    control('Close').click();
    await hides('Keyboard shortcuts');
    localStorage.clear();
  });
});
