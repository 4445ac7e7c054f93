import { DOCUMENT, DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import type { Transfer, UploadSource } from '@stowage/client';
import type { HeldRequest } from '@stowage/contract';
import { UPLOADS } from '../session/uploads.js';
import { type DroppedThings, walkDropped } from '../upload/dropped-files.js';
import { UploadPasswordKeeper } from '../upload/upload-password-keeper.js';
import { Holding } from './holding.js';
import { type RefusedFile, sorted } from './request-wish.js';
import { Sender } from './sender.js';

/** Rows shown: ten thousand would make any browser slow. */
const ROWS = 100;

/** What somebody sends to a file request: what waits for their name, what is on its way, and what the request does not take. */
@Injectable()
export class Sending {
  private readonly queue = inject(UPLOADS);
  private readonly holding = inject(Holding);
  private readonly passwords = inject(UploadPasswordKeeper);
  private readonly sender = inject(Sender);
  readonly #version = signal(0);
  readonly #waiting = signal<readonly UploadSource[]>([]);
  readonly #refused = signal<readonly RefusedFile[]>([]);

  /** Files that are sent once their sender has given a name. */
  readonly waiting = this.#waiting.asReadonly();
  readonly refused = this.#refused.asReadonly();
  readonly rows = computed<readonly Transfer[]>(() => {
    this.#version();
    return Array.from(this.queue.transfers()).slice(0, ROWS);
  });
  readonly totals = computed(() => {
    this.#version();
    return this.queue.totals();
  });
  readonly hidden = computed(() => {
    this.#version();
    return Math.max(0, this.queue.size - ROWS);
  });

  constructor() {
    const { defaultView: window } = inject(DOCUMENT);
    this.queue.subscribe(({ settled }) => {
      this.#version.update((version) => version + 1);
      for (const { snapshot } of settled) if (snapshot.problem !== null) this.holding.heard(snapshot.problem);
      if (settled.some(({ snapshot }) => snapshot.state === 'complete')) void this.holding.look();
    });
    // Whoever leaves now loses what is on its way.
    const ask = (event: BeforeUnloadEvent): void => {
      if (this.queue.totals().unsettled > 0) event.preventDefault();
    };
    window?.addEventListener('beforeunload', ask);
    inject(DestroyRef).onDestroy(() => window?.removeEventListener('beforeunload', ask));
  }

  /** Sends what the request takes; without a name that it asks for, later. */
  add(sources: readonly UploadSource[], request: HeldRequest): void {
    const { taken, refused } = sorted(sources, request);
    this.#refused.update((before) => [...before, ...refused]);
    if (request.askName && this.sender.name() === '') this.#waiting.update((before) => [...before, ...taken]);
    else this.send(taken);
  }

  /** Sends what was dropped, with all that is in folders. */
  async addDropped(things: DroppedThings, request: HeldRequest): Promise<void> {
    for await (const { sources } of walkDropped(things)) this.add(sources, request);
  }

  /** Sends what has waited for a name. */
  release(): void {
    const waiting = this.#waiting();
    this.#waiting.set([]);
    this.send(waiting);
  }

  cancel(id: number): Promise<void> {
    return this.queue.cancel(id);
  }

  retry(id: number): void {
    this.passwords.begin();
    this.queue.retry(id);
  }

  startOver(id: number): void {
    this.queue.startOver(id);
  }

  retryAllFailed(): void {
    this.passwords.begin();
    this.queue.retryAllFailed();
  }

  dismissRefused(): void {
    this.#refused.set([]);
  }

  private send(sources: readonly UploadSource[]): void {
    if (sources.length === 0) return;
    this.passwords.begin();
    this.queue.add(sources);
    this.#version.update((version) => version + 1);
  }
}
