import { ChangeDetectionStrategy, Component, type ElementRef, effect, inject, viewChild } from '@angular/core';
import { Words } from '../language/words.js';
import { Confirmation } from './confirmation.js';
import { VisibleName } from './visible-name.js';

/** Shows the question of {@link Confirmation}. Escape and the first button mean no. */
@Component({
  selector: 'stow-confirm-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [VisibleName, Words],
  template: `
    <dialog #dialog class="dialog" aria-labelledby="confirm-title" aria-describedby="confirm-text" (close)="closed()">
      @if (confirmation.question(); as question) {
        <h2 id="confirm-title">{{ question.title }}</h2>
        <p class="subject"><stow-name [name]="question.name" /></p>
        <p id="confirm-text">{{ question.consequence }}</p>
        <div class="dialog-actions">
          <button type="button" class="button" autofocus (click)="confirmation.answer(false)">
            {{ 'ui.keep' | words }}
          </button>
          <button type="button" class="button danger" (click)="confirmation.answer(true)">{{ question.action }}</button>
        </div>
      }
    </dialog>
  `,
})
export class ConfirmDialog {
  protected readonly confirmation = inject(Confirmation);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  constructor() {
    effect(() => {
      const dialog = this.dialog().nativeElement;
      const asked = this.confirmation.question() !== null;
      if (asked && !dialog.open) dialog.showModal();
      if (!asked && dialog.open) dialog.close();
    });
  }

  protected closed(): void {
    if (this.confirmation.question() !== null) this.confirmation.answer(false);
  }
}
