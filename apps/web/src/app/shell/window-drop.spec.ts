import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeBackend, SPACE, storedFile, storedFolder } from '../../../test/fake-backend.js';
import { dataTransfer, folderEntry, transferEvent } from '../../../test/fake-entries.js';
import { until } from '../../../test/until.js';
import { FolderView } from '../files/folder-view.js';
import { WindowDrop } from './window-drop.js';

const files = dataTransfer({ files: [new File(['x'], 'a.txt')], folders: [folderEntry('docs', { 'b.txt': 'b' })] });
const text = dataTransfer({ text: 'hello' });

function fire(type: string, data: DataTransfer, target: EventTarget = document.body): Event {
  const event = transferEvent(type, data);
  target.dispatchEvent(event);
  return event;
}

describe('the window', () => {
  let backend: FakeBackend;
  let drop: WindowDrop;

  beforeEach(() => {
    backend = new FakeBackend();
    TestBed.configureTestingModule({ providers: backend.providers() });
    drop = TestBed.inject(WindowDrop);
  });

  it('takes files and folders dropped anywhere', async () => {
    expect(fire('dragenter', files).defaultPrevented).toBe(false);
    expect(drop.dragging()).toBe(true);
    expect(fire('dragover', files).defaultPrevented).toBe(true);
    expect(fire('drop', files).defaultPrevented).toBe(true);
    expect(drop.dragging()).toBe(false);
    await until(() => backend.sent.length === 2);
    expect(backend.sent.sort()).toEqual(['a.txt', 'docs/b.txt']);
  });

  it('puts what is dropped into the folder that is looked at, or into the one below the pointer', async () => {
    const docs = storedFolder({ name: 'docs' });
    const deep = storedFolder({ name: 'deep', parent: docs.id, path: 'docs' });
    backend.tree.folders = [docs, deep];
    const view = TestBed.inject(FolderView);
    view.goTo({ folder: docs.id });
    await until(() => view.rows.items().length === 1);
    expect(drop.place()).toMatchObject({ folder: docs.id, name: 'docs' });
    const row = document.body.appendChild(document.createElement('p'));
    row.dataset['dropFolder'] = deep.id;
    fire('dragenter', files, row);
    fire('dragover', files, row);
    expect([drop.over(), drop.place().name]).toEqual([deep.id, 'deep']);
    fire('drop', files, row);
    await until(() => backend.files.length === 2);
    expect(backend.files.map(({ path }) => path).sort()).toEqual(['docs/deep', 'docs/deep/docs']);
    row.dataset['dropFolder'] = SPACE;
    fire('dragover', files, row);
    expect(drop.place()).toEqual({ space: SPACE, folder: null, path: '', name: null });
    row.remove();
  });

  it('makes the empty folders of a drop, also when some are there already', async () => {
    backend.tree.folders = [storedFolder({ name: 'bare' })];
    backend.files = [storedFile()];
    const view = TestBed.inject(FolderView);
    view.goTo({ space: null });
    await until(() => view.rows.items().length === 2);
    fire('drop', dataTransfer({ folders: [folderEntry('bare', {}), folderEntry('trip', { 'day 1': {} })] }));
    await until(() => backend.tree.folders.length === 3);
    expect(backend.tree.folders.map(({ name }) => name)).toEqual(['bare', 'trip', 'day 1']);
    await until(() => view.rows.items().length === 3);
  });

  it('leaves text alone', () => {
    for (const type of ['dragenter', 'dragover', 'drop', 'paste']) {
      expect(fire(type, text).defaultPrevented).toBe(false);
      expect(drop.dragging()).toBe(false);
    }
  });

  it('knows that a drag over a child is still inside', () => {
    fire('dragenter', files);
    fire('dragenter', files);
    fire('dragleave', files);
    expect(drop.dragging()).toBe(true);
    fire('dragleave', files);
    expect(drop.dragging()).toBe(false);
  });

  it('leaves what is pasted into a field to the field, though a picture of it comes along', () => {
    const input = document.body.appendChild(document.createElement('input'));
    const cell = dataTransfer({ text: 'secret', files: [new File(['x'], 'image.png')] });
    expect(fire('paste', cell, input).defaultPrevented).toBe(false);
    input.remove();
    expect(backend.sent).toEqual([]);
  });

  it('takes files that are pasted', async () => {
    expect(fire('paste', files).defaultPrevented).toBe(true);
    await until(() => backend.sent.length === 2);
  });
});
