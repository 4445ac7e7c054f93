import { ChangeDetectionStrategy, Component, type ElementRef, inject, output, signal, viewChild } from '@angular/core';
import { toProblem } from '@stowage/client';
import { MAX_TOKEN_NAME_LENGTH, type NewApiToken, SCOPES } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { Session } from '../session/session.js';
import { sentenceOf } from '../ui/problem-words.js';
import { scopeWord } from './token-words.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Makes a token for a program. */
@Component({
  selector: 'stow-token-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  templateUrl: './token-form.html',
  styleUrl: './token-form.scss',
})
export class TokenForm {
  readonly made = output<NewApiToken>();

  private readonly api = inject(API);
  private readonly session = inject(Session);
  private readonly name = viewChild.required<ElementRef<HTMLInputElement>>('name');
  private readonly form = viewChild.required<ElementRef<HTMLFormElement>>('form');
  private readonly days = viewChild.required<ElementRef<HTMLSelectElement>>('days');
  protected readonly longest = MAX_TOKEN_NAME_LENGTH;
  protected readonly nameFault = signal('');
  protected readonly scopeFault = signal('');
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  /** What a token of this account can be made for. */
  protected scopes(): readonly { readonly scope: string; readonly words: string }[] {
    const isAdmin = this.session.isAdmin();
    return SCOPES.filter((scope) => isAdmin || scope !== 'admin').map((scope) => ({ scope, words: scopeWord(scope) }));
  }

  protected async make(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const input = this.name().nativeElement;
    const name = input.value.trim();
    const scopes = SCOPES.filter((scope) => this.box(scope)?.checked === true);
    this.fault.set('');
    this.nameFault.set(name === '' ? say('settings.tokenForm.nameNeeded') : '');
    this.scopeFault.set(scopes.length === 0 ? say('settings.tokenForm.scopeNeeded') : '');
    if (name === '') input.focus();
    else if (scopes.length === 0) this.box(SCOPES[0])?.focus();
    if (name === '' || scopes.length === 0) return;
    this.busy.set(true);
    try {
      const days = Number(this.days().nativeElement.value);
      const expiresAt = days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString();
      const made = await this.api.createToken({ name, scopes, expiresAt });
      this.form().nativeElement.reset();
      this.made.emit(made);
    } catch (error) {
      this.fault.set(sentenceOf(toProblem(error)));
    } finally {
      this.busy.set(false);
    }
  }

  private box(scope: string): HTMLInputElement | null {
    return this.form().nativeElement.querySelector(`input[value="${scope}"]`);
  }
}
