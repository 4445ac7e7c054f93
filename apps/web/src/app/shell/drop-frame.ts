import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { CurrentSpace } from '../spaces/current-space.js';
import { Icon } from '../ui/icon.js';
import { WindowDrop } from './window-drop.js';

/** Shows, while files are dragged, that the whole window takes them. */
@Component({
  selector: 'stow-drop-frame',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    @if (windowDrop.dragging()) {
      <div class="frame">
        <p>
          <stow-icon name="upload" />{{ current.mayUpload() ? 'Drop to upload' : 'You may not upload to this space' }}
        </p>
      </div>
    }
  `,
  styleUrl: './drop-frame.scss',
})
export class DropFrame {
  protected readonly current = inject(CurrentSpace);
  protected readonly windowDrop = inject(WindowDrop);
}
