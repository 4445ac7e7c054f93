import { DestroyRef, Injectable, effect, inject, signal, untracked } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import { Connection } from './connection.js';
import { API } from './server.js';
import { Session } from './session.js';

/** How long after a server that answers could not tell it is asked again. */
const AGAIN_MS = 4_000;

/** Finds out who this is, as soon as the server answers. For the pages that only people who were let in can use. */
@Injectable({ providedIn: 'root' })
export class Identity {
  private readonly api = inject(API);
  private readonly session = inject(Session);
  private readonly connection = inject(Connection);
  readonly #problem = signal<ProblemError | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Why it is not known; pages with lists tell it there. */
  readonly problem = this.#problem.asReadonly();

  constructor() {
    effect(() => {
      if (this.connection.state() === 'online' && this.session.who() === null) untracked(() => void this.ask());
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  /** Asks the server. Never rejects. */
  async ask(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.session.known(await this.api.whoAsks());
      this.#problem.set(null);
    } catch (error) {
      const problem = toProblem(error);
      this.#problem.set(problem);
      // One that does not answer is asked as soon as it does again.
      if (problem.retryable && this.connection.state() === 'online') this.askLater();
    }
  }

  private askLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.ask(), AGAIN_MS);
  }
}
