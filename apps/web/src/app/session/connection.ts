import { DOCUMENT, Injectable, computed, inject, signal } from '@angular/core';
import type { Connectivity } from '@stowage/client';

/** `offline`: this machine has no network. `unreachable`: it has one, but the server does not answer. */
export type ConnectionState = 'online' | 'offline' | 'unreachable';

/**
 * Whether the server can be reached, as the latest request and the browser tell. Uploads that wait are told when it can
 * be again, whoever noticed.
 */
@Injectable({ providedIn: 'root' })
export class Connection implements Connectivity {
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly listeners = new Set<() => void>();
  readonly #reached = signal(true);
  readonly #networked = signal(this.window?.navigator.onLine !== false);

  readonly state = computed<ConnectionState>(() => {
    if (this.#reached()) return 'online';
    return this.#networked() ? 'unreachable' : 'offline';
  });

  constructor() {
    this.window?.addEventListener('online', () => this.network(true));
    this.window?.addEventListener('offline', () => this.network(false));
  }

  /** Whether this machine has a network at all. */
  isOnline(): boolean {
    return this.#networked();
  }

  /** Whether the server answers, as far as is known; {@link Recovery} finds out when it does again. */
  isReachable(): boolean {
    return this.#reached();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Notes whether the server answered a request, whatever it said. */
  contact(reached: boolean): void {
    if (this.#reached() === reached) return;
    this.#reached.set(reached);
    if (reached) this.tell();
  }

  private network(there: boolean): void {
    this.#networked.set(there);
    this.tell();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
