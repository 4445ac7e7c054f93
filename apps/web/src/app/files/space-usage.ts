import { Injectable, computed, inject, signal } from '@angular/core';
import type { Usage } from '@stowage/contract';
import { API } from '../session/server.js';
import { byteSize, bytesOf, exactBytes } from '../ui/byte-size.js';

/** How much the files on this server take up, and how much they may. Only shown: what fits is the server's to say. */
@Injectable({ providedIn: 'root' })
export class SpaceUsage {
  private readonly api = inject(API);
  readonly #usage = signal<Usage | null>(null);
  #latest: AbortController | null = null;

  /** Such as `1.2 of 50 GB used`; without a quota `1.2 GB used`. Empty before it is known. */
  readonly words = computed(() => {
    const usage = this.#usage();
    if (usage === null) return '';
    return `${usage.quota === null ? byteSize(usage.used) : bytesOf(usage.used, usage.quota)} used`;
  });

  /** The same to the byte, and what unfinished uploads are still promised. */
  readonly details = computed(() => {
    const usage = this.#usage();
    if (usage === null) return '';
    const quota = usage.quota === null ? '' : ` of ${exactBytes(usage.quota)}`;
    const reserved = usage.reserved === 0 ? '' : `, ${exactBytes(usage.reserved)} reserved for unfinished uploads`;
    return `${exactBytes(usage.used)}${quota} used${reserved}`;
  });

  /** Asks the server. What cannot be read stays as it was: the list beside it says that the server is away. */
  async refresh(): Promise<void> {
    this.#latest?.abort();
    const request = new AbortController();
    this.#latest = request;
    try {
      const usage = await this.api.usage(request.signal);
      if (!request.signal.aborted) this.#usage.set(usage);
    } catch {
      // The figure of before is good enough until the next time.
    }
  }

  /** Forgets it, as if it had never been read. */
  clear(): void {
    this.#latest?.abort();
    this.#usage.set(null);
  }
}
