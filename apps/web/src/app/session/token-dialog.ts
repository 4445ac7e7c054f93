import { ChangeDetectionStrategy, Component, type ElementRef, effect, inject, signal, viewChild } from '@angular/core';
import { toProblem } from '@stowage/client';
import { API } from './server.js';
import { Session } from './session.js';

/** Asks for the access token when the server wants one, and exchanges it for a session. */
@Component({
  selector: 'stow-token-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <dialog
      #dialog
      class="dialog"
      aria-labelledby="token-title"
      aria-describedby="token-text"
      (cancel)="stay($event)"
      (close)="openWhileNeeded()"
    >
      <form (submit)="signIn($event)">
        <h2 id="token-title">Sign in</h2>
        <p id="token-text">
          This server is protected. Enter the access token that whoever runs it gave you. Uploads go on where they
          stopped.
        </p>
        <!-- Password managers file a secret under a name. -->
        <input hidden type="text" name="username" autocomplete="username" value="stowage" readonly />
        <label for="token">Access token</label>
        <input
          #token
          id="token"
          type="password"
          name="token"
          autocomplete="current-password"
          spellcheck="false"
          required
          [attr.aria-invalid]="fault() !== ''"
          [attr.aria-describedby]="fault() === '' ? null : 'token-fault'"
        />
        @if (fault() !== '') {
          <p id="token-fault" class="field-fault" role="alert">{{ fault() }}</p>
        }
        <div class="dialog-actions">
          <button type="submit" class="button primary" [disabled]="busy()">Sign in</button>
        </div>
      </form>
    </dialog>
  `,
})
export class TokenDialog {
  private readonly api = inject(API);
  private readonly session = inject(Session);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly token = viewChild.required<ElementRef<HTMLInputElement>>('token');
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  constructor() {
    effect(() => {
      const dialog = this.dialog().nativeElement;
      this.openWhileNeeded();
      if (!this.session.needed() && dialog.open) dialog.close();
    });
  }

  // A browser may close it all the same: Chromium does when nobody has clicked or typed before.
  protected openWhileNeeded(): void {
    const dialog = this.dialog().nativeElement;
    if (this.session.needed() && !dialog.open) dialog.showModal();
  }

  // Without a token nothing on this page works: there is nothing to go back to.
  protected stay(event: Event): void {
    event.preventDefault();
  }

  protected async signIn(event: Event): Promise<void> {
    event.preventDefault();
    const input = this.token().nativeElement;
    this.busy.set(true);
    try {
      await this.api.createSession(input.value.trim());
      input.value = '';
      this.fault.set('');
      this.session.granted();
    } catch (error) {
      const problem = toProblem(error);
      this.fault.set(problem.code === 'unauthorized' ? 'This token is not valid.' : problem.detail);
      input.focus();
    } finally {
      this.busy.set(false);
    }
  }
}
