import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { UploadPassword } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { Announcer } from '../shell/announcer.js';
import { ErrorCard } from '../ui/error-card.js';
import { passwordFaultWords, passwordHint } from '../ui/field-words.js';
import { PasswordField } from '../ui/password-field.js';
import { tell } from '../ui/problem-words.js';

/** Sets the password that uploads into a folder, or a space, want; for those who manage it. */
@Component({
  selector: 'stow-upload-password-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, PasswordField, Words],
  template: `
    <form class="form" novalidate [attr.aria-label]="'sharing.uploads.heading' | words" (submit)="set($event)">
      <h3>{{ 'sharing.uploads.heading' | words }}</h3>
      @if (problem(); as fault) {
        <stow-error-card [what]="'sharing.uploads.notRead' | words" [problem]="fault" (retry)="read()" />
      } @else if (now() === null) {
        <p class="hint" aria-busy="true">{{ 'sharing.uploads.reading' | words }}</p>
      } @else {
        <p class="hint">{{ stateWords() }}</p>
        <stow-password-field
          kind="new"
          name="folder-password"
          [label]="'sharing.uploads.password' | words"
          [hint]="hint()"
          [fault]="fault()"
        />
        <div class="actions">
          <button type="submit" class="button" [attr.aria-busy]="busy()">{{ 'sharing.uploads.set' | words }}</button>
          @if (isOwn()) {
            <button type="button" class="button" (click)="change(null)">{{ 'sharing.uploads.remove' | words }}</button>
          }
        </div>
      }
    </form>
  `,
  styles: `
    :host {
      display: block;
      padding: 0.875rem 1rem;
      border-top: 1px solid var(--line);
    }

    h3 {
      margin: 0 0 0.25rem;
      font-size: 1rem;
      font-weight: 650;
    }

    .hint {
      margin: 0 0 0.5rem;
    }

    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 0.5rem;
      margin-top: 0.5rem;
    }
  `,
})
export class UploadPasswordForm {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly password = viewChild(PasswordField);

  /** Id of the folder; of a root folder, that of its space. */
  readonly folder = input.required<string>();

  protected readonly hint = computed(() => passwordHint());
  protected readonly now = signal<UploadPassword | null>(null);
  protected readonly problem = signal<ProblemError | null>(null);
  protected readonly fault = signal('');
  protected readonly busy = signal(false);
  protected readonly isOwn = computed(() => this.now()?.from === this.folder());
  protected readonly stateWords = computed(() => {
    if (this.now()?.wanted !== true) return say('sharing.uploads.none');
    return say(this.isOwn() ? 'sharing.uploads.own' : 'sharing.uploads.above');
  });

  constructor() {
    effect(() => {
      this.folder();
      untracked(() => {
        this.now.set(null);
        this.fault.set('');
        void this.read();
      });
    });
  }

  protected async read(): Promise<void> {
    const folder = this.folder();
    try {
      const now = await this.api.links.uploadPassword(folder);
      if (folder !== this.folder()) return;
      this.now.set(now);
      this.problem.set(null);
    } catch (error) {
      if (folder === this.folder()) this.problem.set(toProblem(error));
    }
  }

  protected async set(event: Event): Promise<void> {
    event.preventDefault();
    const password = this.password()?.text ?? '';
    this.fault.set(password === '' ? say('sharing.uploads.empty') : passwordFaultWords(password));
    if (this.fault() === '') await this.change(password);
    else this.password()?.select();
  }

  protected async change(password: string | null): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.fault.set('');
    try {
      await this.api.links.setUploadPassword(this.folder(), password);
      this.password()?.clear();
      this.announcer.say(say(password === null ? 'sharing.uploads.removed' : 'sharing.uploads.isSet'));
      await this.read();
    } catch (error) {
      this.fault.set(tell(toProblem(error)));
      this.password()?.select();
    } finally {
      this.busy.set(false);
    }
  }
}
