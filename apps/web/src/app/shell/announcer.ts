import { Injectable, signal } from '@angular/core';

/** What the page's live regions say. */
@Injectable({ providedIn: 'root' })
export class Announcer {
  readonly #polite = signal('');
  readonly #assertive = signal('');
  readonly polite = this.#polite.asReadonly();
  readonly assertive = this.#assertive.asReadonly();

  /** Says something when the listener pauses, or at once when it is assertive. */
  say(text: string, urgency: 'polite' | 'assertive' = 'polite'): void {
    const region = urgency === 'polite' ? this.#polite : this.#assertive;
    // A region says only what changes: the same sentence again needs to differ, unheard.
    region.update((before) => (before === text ? `${text}\u00a0` : text));
  }
}
