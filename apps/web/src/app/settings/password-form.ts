import { ChangeDetectionStrategy, Component, inject, input, output, signal, viewChild } from '@angular/core';
import { toProblem } from '@stowage/client';
import { passwordLengthFault } from '@stowage/contract';
import { API } from '../session/server.js';
import { PasswordField } from '../ui/password-field.js';
import { PASSWORD_HINT } from '../ui/password-hint.js';

/** Changes the password of whoever is signed in. */
@Component({
  selector: 'stow-password-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [PasswordField],
  template: `
    <section class="panel card" aria-labelledby="password-title">
      <h2 id="password-title" tabindex="-1">Password</h2>
      <p>A new password signs out every other browser.</p>
      <form class="form" (submit)="change($event)">
        <!-- Password managers file a secret under a name. -->
        <input hidden type="text" name="username" autocomplete="username" [value]="name()" readonly />
        <stow-password-field #current name="current" label="Password until now" [fault]="currentFault()" />
        <stow-password-field #next name="new" label="New password" kind="new" [hint]="hint" [fault]="passwordFault()" />
        @if (fault() !== '') {
          <p class="field-fault" role="alert">{{ fault() }}</p>
        }
        <p class="done" role="status">{{ done() }}</p>
        <div class="dialog-actions">
          <button type="submit" class="button primary" [attr.aria-busy]="busy()">Change password</button>
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
  protected readonly hint = PASSWORD_HINT;
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
    this.passwordFault.set(passwordLengthFault(password) ?? '');
    if (this.passwordFault() !== '') {
      this.next().select();
      return;
    }
    this.busy.set(true);
    try {
      await this.api.changePassword({ current, password });
      this.current().clear();
      this.next().clear();
      this.done.set('The password is changed.');
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

  private tell({ code, detail }: { readonly code: string; readonly detail: string }): void {
    if (code === 'sign-in-failed') {
      this.currentFault.set('This is not the password until now.');
      this.current().select();
    } else if (code === 'password-refused') {
      this.passwordFault.set(detail);
      this.next().select();
    } else this.fault.set(detail);
  }
}
