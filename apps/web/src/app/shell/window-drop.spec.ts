import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeBackend } from '../../../test/fake-backend.js';
import { dataTransfer, folderEntry, transferEvent } from '../../../test/fake-entries.js';
import { until } from '../../../test/until.js';
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
