import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ActivatedRoute } from '@angular/router';
import { FilePanel } from './files/file-panel.js';
import { Words } from './language/words.js';
import { Identity } from './session/identity.js';
import { Session } from './session/session.js';
import { DropFrame } from './shell/drop-frame.js';
import { ListKeeper } from './shell/list-keeper.js';
import { CurrentSpace } from './spaces/current-space.js';
import { SpaceHead } from './spaces/space-head.js';
import { SpaceNav } from './spaces/space-nav.js';
import { DropzoneSurface } from './upload/dropzone-surface.js';
import { TransferPanel } from './upload/transfer-panel.js';
import { UnfinishedPanel } from './upload/unfinished-panel.js';

/** What comes in, what is on its way, and what is there, in one space. */
@Component({
  selector: 'stow-home-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DropFrame, DropzoneSurface, FilePanel, SpaceHead, SpaceNav, TransferPanel, UnfinishedPanel, Words],
  template: `
    <main>
      @if (session.who()?.access === 'open') {
        <p class="panel note">
          {{ 'shell.homePage.open' | words }}
        </p>
      }
      <stow-space-nav />
      <stow-space-head />
      @if (current.mayUpload()) {
        <stow-dropzone-surface />
      }
      <stow-transfer-panel />
      <stow-unfinished-panel />
      @if (!current.isMissing()) {
        <stow-file-panel />
      }
    </main>
    <stow-drop-frame />
  `,
})
export class HomePage {
  protected readonly session = inject(Session);
  protected readonly current = inject(CurrentSpace);

  constructor() {
    inject(Identity);
    inject(ListKeeper);
    inject(ActivatedRoute)
      .paramMap.pipe(takeUntilDestroyed())
      .subscribe((parameters) => this.current.choose(parameters.get('space')));
  }
}
