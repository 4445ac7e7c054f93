import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { LinkDialog } from './link-dialog.js';
import { SharingQuestions } from './sharing-questions.js';

/** Shows the dialogs of {@link SharingQuestions}. */
@Component({
  selector: 'stow-sharing-dialogs',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [LinkDialog],
  template: `
    @if (questions.links(); as question) {
      <stow-link-dialog [question]="question" />
    }
  `,
})
export class SharingDialogs {
  protected readonly questions = inject(SharingQuestions);
}
