import { Injectable, inject, signal } from '@angular/core';
import { Announcer } from '../shell/announcer.js';

/** What was done, and how to have it undone. */
export interface Undoable {
  /** A sentence. */
  readonly done: string;
  /** Null for what cannot be undone. */
  readonly undo: (() => void) | null;
}

/** Offers for a while to undo what was done last. */
@Injectable({ providedIn: 'root' })
export class Undoing {
  private readonly announcer = inject(Announcer);
  readonly #offer = signal<Undoable | null>(null);

  /** What is offered now. */
  readonly offer = this.#offer.asReadonly();

  /** Says what was done, and offers to undo it until something else is done or {@link end} is called. */
  say(offer: Undoable): void {
    this.#offer.set(offer);
    this.announcer.say(offer.done);
  }

  /** Undoes what is offered, if anything is. */
  undo(): void {
    const offer = this.#offer();
    this.#offer.set(null);
    offer?.undo?.();
  }

  /** Offers nothing any more. */
  end(): void {
    this.#offer.set(null);
  }
}
