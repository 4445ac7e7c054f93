import { Injectable, signal } from '@angular/core';

/** What somebody who sends files calls themselves. */
@Injectable({ providedIn: 'root' })
export class Sender {
  readonly #name = signal('');

  /** Empty for nobody in particular. */
  readonly name = this.#name.asReadonly();

  be(name: string): void {
    this.#name.set(name.trim());
  }
}
