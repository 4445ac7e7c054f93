import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ActivatedRoute } from '@angular/router';
import { FileDialogs } from './files/file-dialogs.js';
import { FileQuestions } from './files/file-questions.js';
import { FolderPanel } from './files/folder-panel.js';
import { FolderView } from './files/folder-view.js';
import { OperationProgress } from './files/operation-progress.js';
import { UndoBar } from './files/undo-bar.js';
import { Words } from './language/words.js';
import { Identity } from './session/identity.js';
import { Session } from './session/session.js';
import { DropFrame } from './shell/drop-frame.js';
import { ListKeeper } from './shell/list-keeper.js';
import { SharingDialogs } from './sharing/sharing-dialogs.js';
import { SharingQuestions } from './sharing/sharing-questions.js';
import { CurrentSpace } from './spaces/current-space.js';
import { SpaceHead } from './spaces/space-head.js';
import { SpaceNav } from './spaces/space-nav.js';
import { DropzoneSurface } from './upload/dropzone-surface.js';
import { TransferPanel } from './upload/transfer-panel.js';
import { UnfinishedPanel } from './upload/unfinished-panel.js';

/** What comes in, what is on its way, and what is there, in one folder of a space. */
@Component({
  selector: 'stow-home-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    ...[DropFrame, DropzoneSurface, FileDialogs, FolderPanel, OperationProgress],
    ...[SharingDialogs, SpaceHead, SpaceNav, TransferPanel, UndoBar, UnfinishedPanel, Words],
  ],
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
      <stow-operation-progress />
      @if (!current.isMissing()) {
        <stow-folder-panel />
      }
    </main>
    <stow-drop-frame />
    @defer (when questions.asked().length > 0) {
      <stow-file-dialogs />
    }
    @defer (when sharing.links() !== null) {
      <stow-sharing-dialogs />
    }
    <stow-undo-bar />
  `,
})
export class HomePage {
  protected readonly session = inject(Session);
  protected readonly current = inject(CurrentSpace);
  protected readonly questions = inject(FileQuestions);
  protected readonly sharing = inject(SharingQuestions);

  constructor() {
    inject(Identity);
    inject(ListKeeper);
    const view = inject(FolderView);
    inject(ActivatedRoute)
      .paramMap.pipe(takeUntilDestroyed())
      .subscribe((parameters) => {
        const folder = parameters.get('folder');
        view.goTo(folder === null ? { space: parameters.get('space') } : { folder });
      });
  }
}
