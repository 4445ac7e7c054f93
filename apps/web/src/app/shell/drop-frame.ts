import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
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
        <p><stow-icon name="upload" />Drop to upload</p>
      </div>
    }
  `,
  styleUrl: './drop-frame.scss',
})
export class DropFrame {
  protected readonly windowDrop = inject(WindowDrop);
}
