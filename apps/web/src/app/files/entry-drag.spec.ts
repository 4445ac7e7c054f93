import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { storedFile, storedFolder } from '../../../test/fake-backend.js';
import { dataTransfer, transferEvent } from '../../../test/fake-entries.js';
import { type Stage, stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { DropFolder, EntryDrag } from './entry-drag.js';
import { EntrySelection } from './entry-selection.js';
import { FolderView } from './folder-view.js';

const docs = storedFolder({ name: 'docs' });
const [one, two] = [storedFile({ name: 'one' }), storedFile({ name: 'two' })] as const;

@Component({
  selector: 'stow-drag-stage',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DropFolder, EntryDrag],
  providers: [EntrySelection],
  template: `
    <p id="one" [stowEntryDrag]="one">one</p>
    <p id="docs" [stowEntryDrag]="docs" [stowDropFolder]="docs">docs</p>
  `,
})
class DragStage {
  protected readonly one = one;
  protected readonly docs = docs;
}

describe('entries that are dragged', () => {
  let drag: Stage<DragStage>;
  const fire = (id: string, type: string, files: File[] = []): Event => {
    const data = Object.assign(dataTransfer({ files }), { setData: () => undefined });
    const event = transferEvent(type, data);
    drag.element.querySelector(`#${id}`)?.dispatchEvent(event);
    return event;
  };

  beforeEach(async () => {
    drag = await stage(DragStage, (server) => {
      server.tree.folders = [docs];
      server.files = [one, two];
    });
    document.body.append(drag.element);
    const view = TestBed.inject(FolderView);
    view.goTo({ space: null });
    await until(() => view.rows.items().length === 3);
  });

  it('go into the folder that they are dropped on', async () => {
    fire('one', 'dragstart');
    expect(fire('docs', 'dragover').defaultPrevented).toBe(true);
    await drag.fixture.whenStable();
    expect(drag.element.querySelector('#docs')?.classList).toContain('drop-here');
    fire('docs', 'drop');
    await until(() => drag.backend.files.find(({ id }) => id === one.id)?.parent === docs.id);
  });

  it('take along all that are chosen', async () => {
    const selection = drag.fixture.debugElement.injector.get(EntrySelection);
    selection.add([one, two]);
    fire('one', 'dragstart');
    fire('docs', 'dragover');
    fire('docs', 'drop');
    await until(() => drag.backend.files.every(({ parent }) => parent === docs.id));
    await until(() => selection.size() === 0);
  });

  it('are never put into themselves', () => {
    fire('docs', 'dragstart');
    expect(fire('docs', 'dragover').defaultPrevented).toBe(false);
  });

  it('are told from files, which are uploaded into the folder that they are dropped on', async () => {
    expect(fire('docs', 'dragenter', [new File(['x'], 'new.txt')]).defaultPrevented).toBe(false);
    fire('docs', 'dragover', [new File(['x'], 'new.txt')]);
    await drag.fixture.whenStable();
    expect(drag.element.querySelector('#docs')?.classList).toContain('drop-here');
    fire('docs', 'drop', [new File(['x'], 'new.txt')]);
    await until(() => drag.backend.files.find(({ name }) => name === 'new.txt')?.parent === docs.id);
  });
});
