import type { Connectivity } from '../src/connectivity.js';

/** A network that is there or not, as the test says. */
export class FakeConnectivity implements Connectivity {
  readonly #listeners = new Set<() => void>();
  #online = true;

  isOnline(): boolean {
    return this.#online;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(online: boolean): void {
    this.#online = online;
    for (const listener of [...this.#listeners]) listener();
  }
}
