import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { Words } from '../language/words.js';
import { VisibleName } from '../ui/visible-name.js';
import type { ConflictQuestion } from './file-questions.js';
import { ModalDialog } from './modal-dialog.js';

/** Asks what is to become of an entry whose name is taken where it is to go. */
@Component({
  selector: 'stow-conflict-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ModalDialog, VisibleName, Words],
  template: `
    <stow-modal-dialog [name]="'files.conflict.title' | words" (leave)="question().answer(null)">
      <p class="subject"><stow-name [name]="question().name" /></p>
      <p>{{ (question().mayReplace ? 'files.conflict.textReplace' : 'files.conflict.text') | words }}</p>
      <div class="dialog-actions">
        <button type="button" class="button" data-first (click)="question().answer(null)">
          {{ 'files.dialog.cancel' | words }}
        </button>
        @if (question().mayReplace) {
          <button type="button" class="button" (click)="question().answer('replace')">
            {{ 'files.conflict.replace' | words }}
          </button>
        }
        <button type="button" class="button primary" (click)="question().answer('rename')">
          {{ 'files.conflict.keepBoth' | words }}
        </button>
      </div>
    </stow-modal-dialog>
  `,
})
export class ConflictDialog {
  readonly question = input.required<ConflictQuestion>();
}
