import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { ProblemError } from '../platform/http/problem-error.js';

/** OWASP's least for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const;
/** At once: memory is a multiple of this, and the same threads write and sync the bytes of uploads. */
const MOST_AT_ONCE = 2;
/** The next ones wait; more of them would wait for longer than anybody does. */
const MOST_WAITING = 100;

/** Turns passwords into what is kept of them (argon2id), a few at a time. */
@Injectable()
export class PasswordHasher {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private decoy: Promise<string> | null = null;

  /** @throws ProblemError overloaded */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, COST));
  }

  /**
   * Whether a password is the one that a hash was made of. Without a hash it takes as long as with one, and is not.
   * @throws ProblemError overloaded
   */
  async matches(kept: string | null, password: string): Promise<boolean> {
    const against = kept ?? (await (this.decoy ??= this.hash('nobody has this password')));
    return (await this.inTurn(() => verify(against, password))) && kept !== null;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < MOST_AT_ONCE) this.running++;
    else await this.wait();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }

  private wait(): Promise<void> {
    if (this.waiting.length >= MOST_WAITING) {
      throw new ProblemError('overloaded', 'Too many people sign in at once.', { retryAfter: 5 });
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
