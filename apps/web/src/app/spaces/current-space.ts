import { Injectable, computed, inject, signal } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import { type Permission, SPACE_ROLE_PERMISSIONS, type Space } from '@stowage/contract';
import { API } from '../session/server.js';
import { Session } from '../session/session.js';
import { Spaces } from './spaces.js';

/** The space whose files the page shows, and where what is dropped goes. */
@Injectable({ providedIn: 'root' })
export class CurrentSpace {
  private readonly api = inject(API);
  private readonly session = inject(Session);
  private readonly spaces = inject(Spaces);
  readonly #chosen = signal<string | null>(null);
  readonly #read = signal<Space | null>(null);
  readonly #problem = signal<ProblemError | null>(null);
  #latest: AbortController | null = null;

  /** Id of the space that the address names; null for the first of one's spaces. */
  readonly chosen = this.#chosen.asReadonly();
  /** Null as long as nothing is known of it. */
  readonly space = computed(() => {
    const [chosen, read, items] = [this.#chosen(), this.#read(), this.spaces.list.items()];
    if (read !== null && (chosen === null || chosen === read.id)) return read;
    return (chosen === null ? items[0] : items.find(({ id }) => id === chosen)) ?? null;
  });
  /** Its id; null before the first of one's spaces is known. */
  readonly id = computed(() => this.#chosen() ?? this.space()?.id ?? null);
  /** Why nothing is known of it, or not how it is now. */
  readonly problem = this.#problem.asReadonly();
  /** True when there is no such space, or none for whoever looks. */
  readonly isMissing = computed(() => this.#problem()?.code === 'space-not-found');

  readonly mayUpload = computed(() => this.may('uploads:write'));
  readonly mayDelete = computed(() => this.may('files:write'));
  readonly mayManage = computed(() => this.may('space:manage'));

  /** Turns to a space. Nothing of the one before is told of it. */
  choose(id: string | null): void {
    if (id === this.#chosen()) return;
    this.clear();
    this.#chosen.set(id);
  }

  /**
   * Asks the server how it is now. What cannot be read stays as it was.
   * @returns its id; null when there is none
   * @throws ProblemError when it is not known which space it is
   */
  async refresh(): Promise<string | null> {
    this.#latest?.abort();
    const request = new AbortController();
    this.#latest = request;
    try {
      const space = await this.ask(request.signal);
      if (request.signal.aborted) return space?.id ?? null;
      this.#read.set(space);
      this.#problem.set(null);
      return space?.id ?? null;
    } catch (error) {
      const problem = toProblem(error);
      if (!request.signal.aborted) this.#problem.set(problem);
      const id = this.id();
      if (id === null) throw problem;
      return id;
    }
  }

  /** Forgets all that was read, as if the server had never been asked. */
  clear(): void {
    this.#latest?.abort();
    this.#read.set(null);
    this.#problem.set(null);
  }

  private async ask(signal: AbortSignal): Promise<Space | null> {
    const chosen = this.#chosen();
    if (chosen !== null) return this.api.spaces.get(chosen, signal);
    return (await this.api.spaces.list({ limit: 1 }, signal)).spaces[0] ?? null;
  }

  // What is not known is not forbidden: the server has the last word. It tells no role only of those who may all.
  private may(permission: Permission): boolean {
    if (this.isMissing()) return false;
    const role = this.space()?.role ?? null;
    return role === null || this.session.isAdmin() || SPACE_ROLE_PERMISSIONS[role].includes(permission);
  }
}
