import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  type ElementRef,
  afterRenderEffect,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { toProblem } from '@stowage/client';
import type { WhoAsks } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { PasswordField } from '../ui/password-field.js';
import { sentenceOf } from '../ui/problem-words.js';
import { API } from './server.js';
import { Session } from './session.js';

/** Asks who this is when the server wants to know: by name and password, or by an access token. */
@Component({
  selector: 'stow-sign-in-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [PasswordField, Words],
  templateUrl: './sign-in-dialog.html',
})
export class SignInDialog {
  private readonly api = inject(API);
  protected readonly session = inject(Session);
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly name = viewChild<ElementRef<HTMLInputElement>>('name');
  private readonly secret = viewChild(PasswordField);
  protected readonly byToken = signal(false);
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  constructor() {
    // With its fields there already: the first one gets the focus.
    afterRenderEffect(() => {
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

  // Without signing in nothing on this page works: there is nothing to go back to.
  protected stay(event: Event): void {
    event.preventDefault();
  }

  protected swap(): void {
    this.byToken.update((byToken) => !byToken);
    this.fault.set('');
  }

  protected async signIn(event: Event): Promise<void> {
    event.preventDefault();
    const secret = this.secret();
    if (secret === undefined || this.busy()) return;
    this.busy.set(true);
    try {
      this.session.granted(await this.send(secret.text));
      this.fault.set('');
    } catch (error) {
      const problem = toProblem(error);
      this.fault.set(problem.code === 'unauthorized' ? say('session.signInDialog.badToken') : sentenceOf(problem));
      secret.select();
    } finally {
      this.busy.set(false);
    }
  }

  /** Somebody may have used the set-up link meanwhile: then this page begins anew. */
  protected reload(): void {
    this.window?.location.reload();
  }

  private send(secret: string): Promise<WhoAsks> {
    if (this.byToken()) return this.api.createSession(secret.trim());
    return this.api.signIn({ name: this.name()?.nativeElement.value.trim() ?? '', password: secret });
  }
}
