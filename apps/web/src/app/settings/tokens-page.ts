import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { ApiToken, NewApiToken } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Identity } from '../session/identity.js';
import { API } from '../session/server.js';
import { Announcer } from '../shell/announcer.js';
import { Confirmation } from '../ui/confirmation.js';
import { ErrorCard } from '../ui/error-card.js';
import { PagedList } from '../ui/paged-list.js';
import { ShownOnce } from '../ui/shown-once.js';
import { SettingsNav } from './settings-nav.js';
import { TokenForm } from './token-form.js';
import { expiryWords, isExpired, scopeWords, useWords } from './token-words.js';

/** Tokens by which programs act for whoever is signed in. */
@Component({
  selector: 'stow-tokens-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, SettingsNav, ShownOnce, TokenForm, Words],
  templateUrl: './tokens-page.html',
  styleUrl: './tokens-page.scss',
})
export class TokensPage {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly confirmation = inject(Confirmation);
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');

  protected readonly list = new PagedList<ApiToken>(async (_, signal) => ({
    items: (await this.api.listTokens(signal)).tokens,
    next: null,
  }));
  protected readonly rows = computed(() => {
    const now = new Date();
    return this.list.items().map((token) => ({
      token,
      isOver: isExpired(token, now),
      may: scopeWords(token),
      expires: expiryWords(token, now),
      used: useWords(token, now),
    }));
  });
  /** Only somebody with an account can have tokens. */
  protected readonly isRefused = computed(() => this.list.problem()?.code === 'account-needed');
  protected readonly made = signal<NewApiToken | null>(null);
  protected readonly failed = signal<{ readonly problem: ProblemError; readonly again: () => void } | null>(null);

  constructor() {
    inject(Identity);
    void this.list.refresh();
  }

  /** Shows the secret of a token that has just been made. */
  protected show(made: NewApiToken): void {
    this.made.set(made);
    void this.list.refresh();
  }

  /** The secret is where it belongs. */
  protected kept(): void {
    this.made.set(null);
    this.title().nativeElement.focus();
  }

  protected async revoke({ id, name }: ApiToken): Promise<void> {
    const yes = await this.confirmation.ask({
      title: say('settings.tokensPage.askRevoke'),
      name,
      consequence: say('settings.tokensPage.askRevokeThen'),
      action: say('settings.tokensPage.revoke'),
    });
    if (yes) await this.do(id, name);
  }

  private async do(id: string, name: string): Promise<void> {
    this.failed.set(null);
    try {
      await this.api.revokeToken(id).catch((error: unknown) => {
        if (toProblem(error).code !== 'token-not-found') throw error;
      });
      if (this.made()?.token.id === id) this.made.set(null);
      this.announcer.say(say('settings.tokensPage.revoked', { name }));
      await this.list.refresh();
      // Its button is gone with the row.
      this.title().nativeElement.focus();
    } catch (error) {
      this.failed.set({ problem: toProblem(error), again: () => void this.do(id, name) });
    }
  }
}
