import { ChangeDetectionStrategy, Component, inject, input, output, signal, viewChild } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { PasswordField } from '../ui/password-field.js';
import { passwordFaultWords, passwordHint } from '../ui/field-words.js';
import { sentenceOf } from '../ui/problem-words.js';

/** Changes the password of whoever is signed in. */
@Component({
  selector: 'stow-password-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [PasswordField, Words],
  template: `
    <section class="panel card" aria-labelledby="password-title">
      <h2 id="password-title" tabindex="-1">{{ 'settings.passwordForm.title' | words }}</h2>
      <p>{{ 'settings.passwordForm.text' | words }}</p>
      <form class="form" (submit)="change($event)">
        <!-- Password managers file a secret under a name. -->
        <input hidden type="text" name="username" autocomplete="username" [value]="name()" readonly />
        <stow-password-field
          #current
          name="current"
          [label]="'settings.passwordForm.current' | words"
          [fault]="currentFault()"
        />
        <stow-password-field
          #next
          name="new"
          [label]="'settings.passwordForm.next' | words"
          kind="new"
          [hint]="hint()"
          [fault]="passwordFault()"
        />
        @if (fault() !== '') {
          <p class="field-fault" role="alert">{{ fault() }}</p>
        }
        <p class="done" role="status">{{ done() }}</p>
        <div class="dialog-actions">
          <button type="submit" class="button primary" [attr.aria-busy]="busy()">
            {{ 'settings.passwordForm.change' | words }}
          </button>
        </div>
      </form>
    </section>
  `,
})
export class PasswordForm {
  /** Of the account. */
  readonly name = input.required<string>();
  /** All other sessions have ended. */
  readonly changed = output();

  private readonly api = inject(API);
  private readonly current = viewChild.required<PasswordField>('current');
  private readonly next = viewChild.required<PasswordField>('next');
  protected readonly hint = passwordHint;
  protected readonly currentFault = signal('');
  protected readonly passwordFault = signal('');
  protected readonly fault = signal('');
  protected readonly done = signal('');
  protected readonly busy = signal(false);

  protected async change(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const [current, password] = [this.current().text, this.next().text];
    this.forget();
    this.passwordFault.set(passwordFaultWords(password));
    if (this.passwordFault() !== '') {
      this.next().select();
      return;
    }
    this.busy.set(true);
    try {
      await this.api.changePassword({ current, password });
      this.current().clear();
      this.next().clear();
      this.done.set(say('settings.passwordForm.done'));
      this.changed.emit();
    } catch (error) {
      this.tell(toProblem(error));
    } finally {
      this.busy.set(false);
    }
  }

  private forget(): void {
    for (const words of [this.currentFault, this.passwordFault, this.fault, this.done]) words.set('');
  }

  private tell(problem: ProblemError): void {
    const { code } = problem;
    const sentence = sentenceOf(problem);
    if (code === 'sign-in-failed') {
      this.currentFault.set(say('settings.passwordForm.wrong'));
      this.current().select();
    } else if (code === 'password-refused') {
      this.passwordFault.set(sentence);
      this.next().select();
    } else this.fault.set(sentence);
  }
}
