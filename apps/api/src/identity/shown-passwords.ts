import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Attempts, bucketOf } from './attempts.js';
import { networkOf } from './networks.js';
import { PasswordHasher } from './password-hasher.js';

/** More than of an account: everybody who was told it may mistype. */
const PER_LOCK = { burst: 40, everySeconds: 60 };
const PER_ADDRESS = { burst: 40, everySeconds: 60 };
/** A program shows it with every chunk: what was right is known for a while, as a keyed digest in memory. */
const KNOWN_MS = 5 * 60 * 1000;
const MOST_KNOWN = 1000;

/** Something that a password opens, which many may know. */
export interface Lock {
  readonly kind: 'link' | 'upload';
  readonly id: string;
  readonly passwordHash: string;
}

/** Looks at passwords that are shown for something that is no account: slowly, and not too often. */
@Injectable()
export class ShownPasswords {
  private readonly key = randomBytes(32);
  /** By digest of hash and password: until when it is known to be right. */
  private readonly known = new Map<string, number>();
  private readonly running = new Map<string, Promise<boolean>>();

  constructor(
    private readonly attempts: Attempts,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Whether a password is the one. Only wrong ones count as attempts.
   * @throws ProblemError too-many-attempts, overloaded
   */
  isRight(lock: Lock, password: string, address: string): Promise<boolean> {
    // The hash is another one with every change of the password, whatever it is changed to.
    const digest = createHmac('sha256', this.key).update(`${lock.passwordHash} ${password}`).digest('base64url');
    if ((this.known.get(digest) ?? 0) > performance.now()) return Promise.resolve(true);
    // Those who show the same one at the same time wait for one look at it.
    const running = this.running.get(digest) ?? this.look(lock, password, address, digest);
    this.running.set(digest, running);
    return running;
  }

  private async look(lock: Lock, password: string, address: string, digest: string): Promise<boolean> {
    try {
      const buckets = [
        bucketOf(`${lock.kind}-address`, networkOf(address), PER_ADDRESS),
        bucketOf(lock.kind, lock.id, PER_LOCK),
      ];
      await this.attempts.take(buckets);
      if (!(await this.hasher.matches(lock.passwordHash, password))) return false;
      await this.attempts.giveBack(buckets);
      this.remember(digest);
      return true;
    } finally {
      this.running.delete(digest);
    }
  }

  private remember(digest: string): void {
    const oldest = this.known.keys().next().value;
    if (this.known.size >= MOST_KNOWN && oldest !== undefined) this.known.delete(oldest);
    this.known.delete(digest);
    this.known.set(digest, performance.now() + KNOWN_MS);
  }
}
