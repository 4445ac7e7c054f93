import { TestBed } from '@angular/core/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { dataTransfer, transferEvent } from '../../../test/fake-entries.js';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { WindowDrop } from '../shell/window-drop.js';
import { DropzoneSurface } from './dropzone-surface.js';

function choose(input: HTMLInputElement, files: readonly File[]): void {
  const list = Object.assign([...files], { item: (index: number) => files[index] ?? null });
  Object.defineProperty(input, 'files', { value: list, configurable: true });
  Object.defineProperty(input, 'value', { value: '', writable: true, configurable: true });
  input.dispatchEvent(new Event('change'));
}

function file(name: string, relativePath = ''): File {
  return Object.defineProperty(new File(['x'], name), 'webkitRelativePath', { value: relativePath });
}

describe('the surface', () => {
  it('says how large files may be', async () => {
    const { shows } = await stage(DropzoneSurface);
    await shows('Files of up to 5 GB.');
  });

  it('opens the file chooser with a button, and sends what was chosen', async () => {
    const { backend, element, control } = await stage(DropzoneSurface);
    const input = element.querySelector<HTMLInputElement>('ngx-dropzone input');
    if (input === null) throw new Error('The library has no input.');
    const click = jest.spyOn(input, 'click');
    control('Choose files').click();
    expect(click).toHaveBeenCalled();
    expect([input.tabIndex, input.getAttribute('aria-hidden')]).toEqual([-1, 'true']);
    choose(input, [file('a.txt'), file('b.txt')]);
    await until(() => backend.sent.length === 2);
  });

  it('keeps the structure of a chosen folder', async () => {
    const { backend, element } = await stage(DropzoneSurface);
    const input = element.querySelector<HTMLInputElement>('input[webkitdirectory]');
    if (input === null) throw new Error('There is no input for folders.');
    choose(input, [file('a.txt', 'docs/deep/a.txt')]);
    await until(() => backend.sent.includes('docs/deep/a.txt'));
  });

  it('takes a drop from the library, which would lose folders, and looks calm again', async () => {
    const { backend, element, fixture } = await stage(DropzoneSurface);
    document.body.append(element);
    const zone = element.querySelector('ngx-dropzone');
    const data = dataTransfer({ files: [file('dropped.txt')] });
    for (const type of ['dragenter', 'dragover']) zone?.dispatchEvent(transferEvent(type, data));
    await fixture.whenStable();
    expect(zone?.classList.contains('ngx-dz-hovered')).toBe(true);
    zone?.dispatchEvent(transferEvent('drop', data));
    await until(() => backend.sent.length > 0);
    await fixture.whenStable();
    expect(backend.sent).toEqual(['dropped.txt']);
    expect(zone?.classList.contains('ngx-dz-hovered')).toBe(false);
    element.remove();
  });

  it('does not mind a drag of text', async () => {
    const { backend, element } = await stage(DropzoneSurface);
    document.body.append(element);
    const zone = element.querySelector('ngx-dropzone');
    const data = dataTransfer({ text: 'hello' });
    for (const type of ['dragenter', 'dragover', 'drop']) zone?.dispatchEvent(transferEvent(type, data));
    expect(TestBed.inject(WindowDrop).dragging()).toBe(false);
    expect(backend.sent).toEqual([]);
    element.remove();
  });
});
