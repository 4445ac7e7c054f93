import { DestroyRef, Injectable, effect, inject } from '@angular/core';
import { API } from './server.js';
import { Connection } from './connection.js';

/** How often a server that does not answer is asked again. */
const PROBE_INTERVAL_MS = 4_000;

/** Keeps asking for a server that has gone away, so that the page comes back by itself. */
@Injectable({ providedIn: 'root' })
export class Recovery {
  private readonly api = inject(API);
  private readonly connection = inject(Connection);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    effect(() => {
      if (this.connection.state() === 'online') clearTimeout(this.#timer);
      else this.probeLater();
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  // An answer changes the connection's state, which ends this.
  private probeLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.api.isAlive().then(() => {
        if (this.connection.state() !== 'online') this.probeLater();
      });
    }, PROBE_INTERVAL_MS);
  }
}
