import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { FilePanel } from './files/file-panel.js';
import { Identity } from './session/identity.js';
import { Session } from './session/session.js';
import { DropFrame } from './shell/drop-frame.js';
import { ListKeeper } from './shell/list-keeper.js';
import { DropzoneSurface } from './upload/dropzone-surface.js';
import { TransferPanel } from './upload/transfer-panel.js';
import { UnfinishedPanel } from './upload/unfinished-panel.js';

/** What comes in, what is on its way, what is there. */
@Component({
  selector: 'stow-home-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DropFrame, DropzoneSurface, FilePanel, TransferPanel, UnfinishedPanel],
  template: `
    <main>
      @if (session.who()?.access === 'open') {
        <p class="panel note">
          Everybody on this machine can use this server. Open the set-up link that its start has printed to make an
          account.
        </p>
      }
      <stow-dropzone-surface />
      <stow-transfer-panel />
      <stow-unfinished-panel />
      <stow-file-panel />
    </main>
    <stow-drop-frame />
  `,
})
export class HomePage {
  protected readonly session = inject(Session);

  constructor() {
    inject(Identity);
    inject(ListKeeper);
  }
}
