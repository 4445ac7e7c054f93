import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Words } from '../language/words.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Icon } from '../ui/icon.js';
import { WindowDrop } from './window-drop.js';

/** Shows, while files are dragged, that the whole window takes them. */
@Component({
  selector: 'stow-drop-frame',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Words],
  template: `
    @if (windowDrop.dragging()) {
      <div class="frame">
        <p>
          <stow-icon name="upload" />{{
            (current.mayUpload() ? 'shell.dropFrame.drop' : 'shell.dropFrame.refused') | words
          }}
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
