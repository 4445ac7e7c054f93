import { ChangeDetectionStrategy, Component, afterNextRender, inject, signal, viewChild } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { PasswordField } from '../ui/password-field.js';
import { tell } from '../ui/problem-words.js';
import { timeSpan } from '../ui/time-span.js';
import { Holding } from './holding.js';

/** Asks for the password of a link. */
@Component({
  selector: 'stow-lock-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [PasswordField, Words],
  template: `
    <section class="panel card" aria-labelledby="lock-title">
      <h1 id="lock-title">{{ 'held.lock.title' | words }}</h1>
      <p>{{ 'held.lock.text' | words }}</p>
      <form class="form" novalidate (submit)="submit($event)">
        <stow-password-field name="link-password" [label]="'held.lock.password' | words" [fault]="fault()" />
        <button type="submit" class="button primary" [attr.aria-busy]="busy()">{{ 'held.lock.open' | words }}</button>
      </form>
    </section>
  `,
  styles: `
    .card {
      margin-inline: auto;
    }

    h1 {
      margin: 0 0 0.5rem;
      font-size: 1.25rem;
      font-weight: 650;
    }

    .button {
      margin-top: 0.75rem;
    }
  `,
})
export class LockForm {
  private readonly holding = inject(Holding);
  private readonly password = viewChild.required(PasswordField);
  protected readonly fault = signal('');
  protected readonly busy = signal(false);

  constructor() {
    afterNextRender(() => this.password().select());
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const password = this.password().text;
    this.fault.set(password === '' ? say('held.lock.empty') : '');
    if (password === '') {
      this.password().select();
      return;
    }
    this.busy.set(true);
    try {
      await this.holding.unlock(password);
    } catch (error) {
      this.fault.set(faultWords(toProblem(error)));
      this.password().select();
    } finally {
      this.busy.set(false);
    }
  }
}

function faultWords(problem: ProblemError): string {
  if (problem.code === 'link-password-wrong') return say('held.lock.wrong');
  if (problem.code !== 'too-many-attempts') return tell(problem);
  const { retryAfterMs } = problem;
  return retryAfterMs === null
    ? say('held.lock.later')
    : say('held.lock.wait', { time: timeSpan(Math.ceil(retryAfterMs / 1000)) });
}
