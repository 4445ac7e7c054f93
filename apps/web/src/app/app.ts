import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { FilePanel } from './files/file-panel.js';
import { Recovery } from './session/recovery.js';
import { TokenDialog } from './session/token-dialog.js';
import { DropFrame } from './shell/drop-frame.js';
import { ListKeeper } from './shell/list-keeper.js';
import { LiveRegion } from './shell/live-region.js';
import { PageHeader } from './shell/page-header.js';
import { TabStatus } from './shell/tab-status.js';
import { ConfirmDialog } from './ui/confirm-dialog.js';
import { DropzoneSurface } from './upload/dropzone-surface.js';
import { TransferPanel } from './upload/transfer-panel.js';
import { UnfinishedPanel } from './upload/unfinished-panel.js';

/** The page: what comes in, what is on its way, what is there. */
@Component({
  selector: 'stow-app',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    ConfirmDialog,
    DropFrame,
    DropzoneSurface,
    FilePanel,
    LiveRegion,
    PageHeader,
    TokenDialog,
    TransferPanel,
    UnfinishedPanel,
  ],
  template: `
    <stow-page-header />
    <main>
      <stow-dropzone-surface />
      <stow-transfer-panel />
      <stow-unfinished-panel />
      <stow-file-panel />
    </main>
    <stow-drop-frame />
    <stow-confirm-dialog />
    <stow-token-dialog />
    <stow-live-region />
  `,
})
export class App {
  constructor() {
    inject(TabStatus);
    inject(Recovery);
    inject(ListKeeper);
  }
}
