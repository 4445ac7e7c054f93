import { Injectable, computed, signal } from '@angular/core';
import type { WhoAsks } from '@stowage/contract';

/** Who this is, as far as the server has told; and whether somebody has to sign in, and who waits for it. */
@Injectable({ providedIn: 'root' })
export class Session {
  readonly #why = signal<string | null>(null);
  readonly #who = signal<WhoAsks | null>(null);
  #granted: Promise<boolean> | null = null;
  #grantedAt = -Infinity;
  #grant: (granted: boolean) => void = () => undefined;

  /** True while somebody has to sign in. */
  readonly needed = computed(() => this.#why() !== null);
  /** True while nobody could: the server has no account yet. */
  readonly notSetUp = computed(() => this.#why() === 'not-set-up');
  /** Null before the server has told, and after signing out. */
  readonly who = this.#who.asReadonly();
  /** True for those who manage the server. */
  readonly isAdmin = computed(() => {
    const who = this.#who();
    return who !== null && (who.account === null || who.account.role === 'admin');
  });

  /**
   * Asks somebody to sign in, once for all who call; resolves with true when the server has accepted it. A request that
   * was sent before the last time it did was refused for what it knew then.
   * @param sentAt as `performance.now()` tells
   * @param code of the refusal
   */
  reauthorize(sentAt: number, code: string): Promise<boolean> {
    if (sentAt < this.#grantedAt) return Promise.resolve(true);
    this.#granted ??= new Promise((resolve) => (this.#grant = resolve));
    this.#why.set(code);
    return this.#granted;
  }

  /** The server has let somebody in. */
  granted(who: WhoAsks): void {
    this.#grantedAt = performance.now();
    this.#why.set(null);
    this.#who.set(who);
    this.#grant(true);
    this.#granted = null;
  }

  /** The server has told who this is. */
  known(who: WhoAsks): void {
    this.#who.set(who);
  }

  /** The server has ended the session. */
  ended(): void {
    this.#who.set(null);
  }
}
