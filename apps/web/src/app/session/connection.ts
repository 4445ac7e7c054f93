import { DOCUMENT, Injectable, computed, inject, signal } from '@angular/core';

/** `offline`: this machine has no network. `unreachable`: it has one, but the server does not answer. */
export type ConnectionState = 'online' | 'offline' | 'unreachable';

/** Whether the server can be reached, as the latest request and the browser tell. */
@Injectable({ providedIn: 'root' })
export class Connection {
  private readonly window = inject(DOCUMENT).defaultView;
  readonly #reached = signal(true);
  readonly #networked = signal(this.window?.navigator.onLine !== false);

  readonly state = computed<ConnectionState>(() => {
    if (this.#reached()) return 'online';
    return this.#networked() ? 'unreachable' : 'offline';
  });

  constructor() {
    this.window?.addEventListener('online', () => this.#networked.set(true));
    this.window?.addEventListener('offline', () => this.#networked.set(false));
  }

  /** Notes whether the server answered a request, whatever it said. */
  contact(reached: boolean): void {
    this.#reached.set(reached);
  }
}
