import { Injectable, computed, inject, signal } from '@angular/core';
import type { Transfer, UploadSource } from '@stowage/client';
import { UPLOADS } from '../session/server.js';
import { type DroppedThings, walkDropped } from './dropped-files.js';

/** Rows shown at first, and added by each "show more": ten thousand rows would make any browser slow. */
const ROWS = 50;

/** What the page shows of the queue, as signals that change four times a second at most. */
@Injectable({ providedIn: 'root' })
export class Transfers {
  private readonly queue = inject(UPLOADS);
  readonly #version = signal(0);
  readonly #shown = signal(ROWS);
  readonly #searching = signal(0);
  readonly #unreadable = signal(0);

  readonly totals = computed(() => {
    this.#version();
    return this.queue.totals();
  });
  /** The transfers to show, those that need attention first. */
  readonly rows = computed<readonly Transfer[]>(() => {
    this.#version();
    return take(this.queue.transfers(), this.#shown());
  });
  /** How many are listed in all. */
  readonly size = computed(() => {
    this.#version();
    return this.queue.size;
  });
  readonly hidden = computed(() => this.size() - this.rows().length);
  /** True while dropped folders are being read. */
  readonly searching = computed(() => this.#searching() > 0);
  /** Files and folders of drops that the browser could not read. */
  readonly unreadable = this.#unreadable.asReadonly();

  constructor() {
    this.queue.subscribe(() => this.#version.update((version) => version + 1));
  }

  add(sources: Iterable<UploadSource>): void {
    this.queue.add(sources);
    this.#version.update((version) => version + 1);
  }

  /** Queues what was dropped or pasted; files in deep folders follow as they are found. */
  async addDropped(things: DroppedThings): Promise<void> {
    this.#searching.update((walks) => walks + 1);
    try {
      for await (const { sources, unreadable } of walkDropped(things)) {
        this.add(sources);
        this.#unreadable.update((sum) => sum + unreadable);
      }
    } finally {
      this.#searching.update((walks) => walks - 1);
    }
  }

  /** Resolves once the server knows. */
  cancel(id: number): Promise<void> {
    return this.queue.cancel(id);
  }

  /** Resolves once the server knows. */
  cancelAll(): Promise<void> {
    return this.queue.cancelAll();
  }

  retry(id: number): void {
    this.queue.retry(id);
  }

  retryAllFailed(): void {
    this.queue.retryAllFailed();
  }

  clearFinished(): void {
    this.queue.clearFinished();
    this.#shown.set(ROWS);
  }

  showMore(): void {
    this.#shown.update((rows) => rows + ROWS);
  }

  dismissUnreadable(): void {
    this.#unreadable.set(0);
  }
}

function take<T>(items: Iterable<T>, limit: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length === limit) break;
    taken.push(item);
  }
  return taken;
}
