import {
  ChangeDetectionStrategy,
  Component,
  afterRenderEffect,
  computed,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { ModalDialog } from '../files/modal-dialog.js';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { PasswordField } from '../ui/password-field.js';
import { UploadPasswordKeeper } from './upload-password-keeper.js';

/** Asks for the password of a folder before something is uploaded into it. */
@Component({
  selector: 'stow-upload-password-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ModalDialog, PasswordField, Words],
  template: `
    <stow-modal-dialog [name]="title()" (leave)="keeper.question()?.answer(null)">
      <p>{{ 'upload.password.text' | words }}</p>
      <form class="form" novalidate (submit)="submit($event)">
        <stow-password-field name="upload-password" [label]="'upload.password.label' | words" [fault]="fault()" />
        <div class="dialog-actions">
          <button type="button" class="button" (click)="keeper.question()?.answer(null)">
            {{ 'upload.password.cancel' | words }}
          </button>
          <button type="submit" class="button primary">{{ 'upload.password.send' | words }}</button>
        </div>
      </form>
    </stow-modal-dialog>
  `,
})
export class UploadPasswordDialog {
  protected readonly keeper = inject(UploadPasswordKeeper);
  private readonly password = viewChild.required(PasswordField);
  protected readonly fault = signal('');
  protected readonly title = computed(() => {
    const folder = this.keeper.question()?.folder ?? null;
    return folder === null ? say('upload.password.title') : say('upload.password.titleOf', { folder });
  });

  constructor() {
    // Questions can follow one another in one dialog.
    afterRenderEffect(() => {
      const question = this.keeper.question();
      untracked(() => {
        this.fault.set(question?.again === true ? say('upload.password.wrong') : '');
        this.password().select();
      });
    });
  }

  protected submit(event: Event): void {
    event.preventDefault();
    const password = this.password().text;
    this.fault.set(password === '' ? say('upload.password.empty') : '');
    if (password === '') {
      this.password().select();
      return;
    }
    this.password().clear();
    this.keeper.question()?.answer(password);
  }
}
