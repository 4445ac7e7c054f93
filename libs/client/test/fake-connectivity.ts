import type { Connectivity } from '../src/connectivity.js';

/** A network that is there or not, as the test says. */
export class FakeConnectivity implements Connectivity {
  readonly #listeners = new Set<() => void>();
  #online = true;
  #reachable = true;

  isOnline(): boolean {
    return this.#online;
  }

  isReachable(): boolean {
    return this.#reachable;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(online: boolean, reachable = true): void {
    this.#online = online;
    this.#reachable = reachable;
    for (const listener of [...this.#listeners]) listener();
  }
}
