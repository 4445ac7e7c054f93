import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { say } from '../language/say.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { WindowDrop } from './window-drop.js';

/** Shows, while files are dragged, that the whole window takes them, and where they go. */
@Component({
  selector: 'stow-drop-frame',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    @if (windowDrop.dragging()) {
      <div class="frame">
        <p><stow-icon name="upload" />{{ words() }}</p>
      </div>
    }
  `,
  styleUrl: './drop-frame.scss',
})
export class DropFrame {
  private readonly current = inject(CurrentSpace);
  protected readonly windowDrop = inject(WindowDrop);
  protected readonly words = computed(() => {
    if (!this.current.mayUpload()) return say('shell.dropFrame.refused');
    const { name } = this.windowDrop.place();
    return name === null ? say('shell.dropFrame.drop') : say('files.drop.intoFolder', { folder: spelledName(name) });
  });
}
