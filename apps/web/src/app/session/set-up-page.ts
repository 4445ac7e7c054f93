import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  type ElementRef,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { type ProblemError, toProblem } from '@stowage/client';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Announcer } from '../shell/announcer.js';
import { accountNameFaultWords, passwordFaultWords, passwordHint } from '../ui/field-words.js';
import { PasswordField } from '../ui/password-field.js';
import { sentenceOf } from '../ui/problem-words.js';
import { API } from './server.js';
import { Session } from './session.js';

/** Refusals that say there is nothing to set up with this link. */
const OVER = new Set(['link-not-valid', 'unauthorized', 'not-found']);

/** Makes the first account, with the link that the start of the server has printed. */
@Component({
  selector: 'stow-set-up-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [PasswordField, RouterLink, Words],
  templateUrl: './set-up-page.html',
})
export class SetUpPage {
  private readonly api = inject(API);
  private readonly session = inject(Session);
  private readonly router = inject(Router);
  private readonly announcer = inject(Announcer);
  private readonly name = viewChild.required<ElementRef<HTMLInputElement>>('name');
  private readonly password = viewChild.required(PasswordField);
  /** What follows # in the link. It stays here only: not in the address bar, nor in the history. */
  private readonly token: string;

  protected readonly hint = passwordHint;
  /** Why there is nothing to do on this page. */
  protected readonly over = signal<'no-link' | 'used' | null>(null);
  protected readonly nameFault = signal('');
  protected readonly passwordFault = signal('');
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  constructor() {
    const window = inject(DOCUMENT).defaultView;
    this.token = window?.location.hash.slice(1) ?? '';
    window?.history.replaceState(window.history.state, '', window.location.pathname);
    if (this.token === '') this.over.set('no-link');
  }

  protected async setUp(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.name().nativeElement.value.trim();
    const password = this.password().text;
    this.fault.set('');
    this.nameFault.set(accountNameFaultWords(name));
    this.passwordFault.set(passwordFaultWords(password));
    if (this.nameFault() !== '') this.name().nativeElement.focus();
    else if (this.passwordFault() !== '') this.password().select();
    if (this.nameFault() !== '' || this.passwordFault() !== '' || this.busy()) return;
    this.busy.set(true);
    try {
      this.session.granted(await this.api.setUp({ token: this.token, name, password }));
      this.announcer.say(say('session.welcome', { name }));
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
    if (OVER.has(code)) this.over.set('used');
    else if (code === 'invalid-name') {
      this.nameFault.set(sentence);
      this.name().nativeElement.focus();
    } else if (code === 'password-refused') {
      this.passwordFault.set(sentence);
      this.password().select();
    } else this.fault.set(sentence);
  }
}
