import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { Recovery } from './session/recovery.js';
import { SignInDialog } from './session/sign-in-dialog.js';
import { LiveRegion } from './shell/live-region.js';
import { PageFocus } from './shell/page-focus.js';
import { PageHeader } from './shell/page-header.js';
import { TabStatus } from './shell/tab-status.js';
import { UploadPasswordDialog } from './upload/upload-password-dialog.js';
import { UploadPasswordKeeper } from './upload/upload-password-keeper.js';
import { ConfirmDialog } from './ui/confirm-dialog.js';

/** What all pages share. Uploads go on whichever page is shown. */
@Component({
  selector: 'stow-app',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ConfirmDialog, LiveRegion, PageHeader, RouterOutlet, SignInDialog, UploadPasswordDialog],
  template: `
    <stow-page-header />
    <router-outlet />
    @defer (when passwords.question() !== null) {
      @if (passwords.question() !== null) {
        <stow-upload-password-dialog />
      }
    }
    <stow-confirm-dialog />
    <stow-sign-in-dialog />
    <stow-live-region />
  `,
})
export class App {
  protected readonly passwords = inject(UploadPasswordKeeper);

  constructor() {
    inject(TabStatus);
    inject(Recovery);
    inject(PageFocus);
  }
}
