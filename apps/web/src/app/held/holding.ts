import { Injectable, Injector, computed, inject, signal } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { HeldLink } from '@stowage/contract';
import { API } from '../session/server.js';
import { ADDRESS } from './held-address.js';

/** The link that somebody holds: what is known of it, and whether it has to be unlocked first. */
@Injectable({ providedIn: 'root' })
export class Holding {
  // The API asks this for the password, so it is looked up when it is needed.
  private readonly injector = inject(Injector);
  private readonly slug = inject(ADDRESS).slug;
  readonly #link = signal<HeldLink | null>(null);
  readonly #problem = signal<ProblemError | null>(null);
  readonly #loading = signal(false);
  readonly #lockedAgain = signal(false);
  #waiting: ((unlocked: boolean) => void)[] = [];
  #unlockedAt = 0;

  /** Null before the first answer. */
  readonly link = this.#link.asReadonly();
  /** Why nothing, or nothing new, is known of it. */
  readonly problem = this.#problem.asReadonly();
  readonly loading = this.#loading.asReadonly();
  /** True as long as its password has to be shown. */
  readonly locked = computed(() => this.#lockedAgain() || this.#link()?.locked === true);

  /** Asks how it is now. A link that cannot be used any more is forgotten, one that cannot be asked for is not. */
  async look(): Promise<void> {
    this.#loading.set(true);
    try {
      this.take(await this.injector.get(API).links.look(this.slug));
    } catch (error) {
      this.fail(toProblem(error));
    } finally {
      this.#loading.set(false);
    }
  }

  /**
   * Shows its password.
   * @throws ProblemError link-password-wrong, too-many-attempts, or why nobody could be asked
   */
  async unlock(password: string): Promise<void> {
    try {
      this.take(await this.injector.get(API).links.unlock(this.slug, password));
    } catch (error) {
      const problem = toProblem(error);
      if (isOver(problem)) this.fail(problem);
      throw problem;
    }
  }

  /** Notes that a request was refused: a link that is over is over for all of the page. */
  heard(problem: ProblemError): void {
    if (isOver(problem)) this.fail(problem);
  }

  /**
   * Resolves with true once the password was shown, for requests that were refused without it: it may be another one now.
   * @param sentAt when the refused request was begun, as `performance.now()` tells
   */
  reauthorize(sentAt: number): Promise<boolean> {
    if (sentAt < this.#unlockedAt) return Promise.resolve(true);
    this.#lockedAgain.set(true);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  private take(link: HeldLink): void {
    this.#link.set(link);
    this.#problem.set(null);
    if (link.locked) return;
    this.#unlockedAt = performance.now();
    this.#lockedAgain.set(false);
    this.answer(true);
  }

  private fail(problem: ProblemError): void {
    this.#problem.set(problem);
    if (!isOver(problem)) return;
    this.#link.set(null);
    this.#lockedAgain.set(false);
    this.answer(false);
  }

  private answer(unlocked: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(unlocked);
  }
}

/** True for the refusal of a link that no password and no waiting opens. */
export function isOver({ code }: Pick<ProblemError, 'code'>): boolean {
  return OVER.some((one) => one === code);
}

/** Ways in which a link can be over; each is told in words of its own. */
export const OVER = [
  ...(['link-not-found', 'link-revoked', 'link-expired'] as const),
  ...(['link-used-up', 'link-target-gone', 'link-not-valid'] as const),
] as const;
