import { DOCUMENT, Injectable, inject, signal } from '@angular/core';

/** Remembers across loads that this browser has signed in, so that signing out can be offered. Holds no secret. */
const HINT = 'stowage.signed-in';

/** Whether a token is needed, and who waits for it. The token itself is never kept: the server makes a cookie of it. */
@Injectable({ providedIn: 'root' })
export class Session {
  private readonly window = inject(DOCUMENT).defaultView;
  readonly #needed = signal(false);
  readonly #signedIn = signal(this.readHint());
  #granted: Promise<boolean> | null = null;
  #grantedAt = -Infinity;
  #grant: (granted: boolean) => void = () => undefined;

  /** True while the page has to ask for the token. */
  readonly needed = this.#needed.asReadonly();
  readonly signedIn = this.#signedIn.asReadonly();

  /**
   * Asks for the token, once for all who call; resolves with true when the server has accepted it. A request that was sent
   * before the last time it did was refused for what it knew then.
   * @param sentAt as `performance.now()` tells
   */
  reauthorize(sentAt: number): Promise<boolean> {
    if (sentAt < this.#grantedAt) return Promise.resolve(true);
    this.#granted ??= new Promise((resolve) => (this.#grant = resolve));
    this.#needed.set(true);
    return this.#granted;
  }

  /** The server has accepted a token. */
  granted(): void {
    this.#grantedAt = performance.now();
    this.#needed.set(false);
    this.#signedIn.set(true);
    this.writeHint(true);
    this.#grant(true);
    this.#granted = null;
  }

  /** The server has ended the session. */
  ended(): void {
    this.#signedIn.set(false);
    this.writeHint(false);
  }

  private readHint(): boolean {
    try {
      return this.window?.localStorage.getItem(HINT) === 'yes';
    } catch {
      // Storage is forbidden here: nothing is remembered.
      return false;
    }
  }

  private writeHint(signedIn: boolean): void {
    try {
      if (signedIn) this.window?.localStorage.setItem(HINT, 'yes');
      else this.window?.localStorage.removeItem(HINT);
    } catch {
      // As above.
    }
  }
}
