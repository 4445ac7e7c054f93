import { ChangeDetectionStrategy, Component, DOCUMENT, inject, signal, viewChild } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { type ProblemError, toProblem } from '@stowage/client';
import { type LinkFacts } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Announcer } from '../shell/announcer.js';
import { ErrorCard } from '../ui/error-card.js';
import { passwordFaultWords, passwordHint } from '../ui/field-words.js';
import { PasswordField } from '../ui/password-field.js';
import { sentenceOf } from '../ui/problem-words.js';
import { API } from './server.js';
import { Session } from './session.js';

/** Lets whoever was invited, or has forgotten a password, choose one: with the link that an admin has made. */
@Component({
  selector: 'stow-password-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, PasswordField, RouterLink, Words],
  templateUrl: './password-page.html',
})
export class PasswordPage {
  private readonly api = inject(API);
  private readonly session = inject(Session);
  private readonly router = inject(Router);
  private readonly announcer = inject(Announcer);
  private readonly password = viewChild.required(PasswordField);
  /** What follows # in the link. It stays here only: not in the address bar, nor in the history. */
  private readonly token: string;

  protected readonly hint = passwordHint;
  /** Why there is nothing to do on this page. */
  protected readonly over = signal<'no-link' | 'used' | null>(null);
  protected readonly facts = signal<LinkFacts | null>(null);
  protected readonly problem = signal<ProblemError | null>(null);
  protected readonly passwordFault = signal('');
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  constructor() {
    const window = inject(DOCUMENT).defaultView;
    this.token = window?.location.hash.slice(1) ?? '';
    window?.history.replaceState(window.history.state, '', window.location.pathname);
    if (this.token === '') this.over.set('no-link');
    else void this.look();
  }

  /** Finds out whose link it is. */
  protected async look(): Promise<void> {
    this.problem.set(null);
    try {
      this.facts.set(await this.api.lookAtLink(this.token));
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'link-not-valid') this.over.set('used');
      else this.problem.set(problem);
    }
  }

  protected async choose(event: Event): Promise<void> {
    event.preventDefault();
    const password = this.password().text;
    this.fault.set('');
    this.passwordFault.set(passwordFaultWords(password));
    if (this.passwordFault() !== '') this.password().select();
    if (this.passwordFault() !== '' || this.busy()) return;
    this.busy.set(true);
    try {
      const who = await this.api.useLink({ token: this.token, password });
      this.session.granted(who);
      this.announcer.say(say('session.welcome', { name: who.account?.name ?? '' }));
      await this.router.navigateByUrl('/');
    } catch (error) {
      this.tell(toProblem(error));
    } finally {
      this.busy.set(false);
    }
  }

  private tell(problem: ProblemError): void {
    const { code } = problem;
    const sentence = sentenceOf(problem);
    if (code === 'link-not-valid') this.over.set('used');
    else if (code === 'password-refused') {
      this.passwordFault.set(sentence);
      this.password().select();
    } else this.fault.set(sentence);
  }
}
