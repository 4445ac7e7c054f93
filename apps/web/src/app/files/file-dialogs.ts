import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { ConflictDialog } from './conflict-dialog.js';
import { FileQuestions } from './file-questions.js';
import { NameDialog } from './name-dialog.js';
import { ShortcutSheet } from './shortcut-sheet.js';
import { TargetDialog } from './target-dialog.js';

/** Shows the questions of {@link FileQuestions}. */
@Component({
  selector: 'stow-file-dialogs',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ConflictDialog, NameDialog, ShortcutSheet, TargetDialog],
  template: `
    @for (question of questions.asked(); track question) {
      @switch (question.kind) {
        @case ('name') {
          <stow-name-dialog [question]="question" />
        }
        @case ('target') {
          <stow-target-dialog [question]="question" />
        }
        @case ('conflict') {
          <stow-conflict-dialog [question]="question" />
        }
        @case ('shortcuts') {
          <stow-shortcut-sheet [question]="question" />
        }
      }
    }
  `,
})
export class FileDialogs {
  protected readonly questions = inject(FileQuestions);
}
