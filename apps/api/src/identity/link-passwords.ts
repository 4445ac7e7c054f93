import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProblemError } from '../platform/http/problem-error.js';
import { Attempts, bucketOf } from './attempts.js';
import { LinkLog } from './link-log.js';
import { networkOf } from './networks.js';
import { PasswordHasher } from './password-hasher.js';
import { digestOf, newSecret } from './secrets.js';

/** More than of an account: everybody who was sent the link may mistype. */
const PER_LINK = { burst: 40, everySeconds: 60 };
const PER_ADDRESS = { burst: 40, everySeconds: 60 };
/** Whoever has shown the password need not show it again for so long. */
export const PROOF_SECONDS = 12 * 60 * 60;
/** A program shows it with every chunk: what was right is known for a while, as a keyed digest in memory. */
const KNOWN_MS = 5 * 60 * 1000;
const MOST_KNOWN = 1000;

/** A password, and what it opens. */
export interface LockedLink {
  readonly id: string;
  readonly passwordHash: string;
  /** Rises with every change of the password. */
  readonly passwordVersion: number;
}

/** Looks at the passwords of links, and remembers who has shown one. */
@Injectable()
export class LinkPasswords {
  private readonly key = randomBytes(32);
  /** By digest of link, version and password: until when it is known to be right. */
  private readonly known = new Map<string, number>();
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly database: DataSource,
    private readonly attempts: Attempts,
    private readonly hasher: PasswordHasher,
    private readonly log: LinkLog,
  ) {}

  /** @throws ProblemError link-password-wrong, too-many-attempts, overloaded */
  check(link: LockedLink, password: string, address: string): Promise<void> {
    const digest = createHmac('sha256', this.key)
      .update(`${link.id} ${link.passwordVersion} ${password}`)
      .digest('base64url');
    if ((this.known.get(digest) ?? 0) > performance.now()) return Promise.resolve();
    // Those who show the same one at the same time wait for one look at it.
    const running = this.running.get(digest) ?? this.look(link, password, address, digest);
    this.running.set(digest, running);
    return running;
  }

  /** Remembers that a password was shown, until it changes or half a day has passed; for a cookie. */
  async prove(link: LockedLink): Promise<string> {
    const secret = newSecret();
    await this.database.query(
      `INSERT INTO link_proofs (secret_digest, link_id, password_version, expires_at)
       VALUES ($1, $2, $3, now() + $4 * interval '1 second')`,
      [digestOf(secret), link.id, link.passwordVersion, PROOF_SECONDS],
    );
    return secret;
  }

  /** Forgets proofs that are over. */
  async removeOver(): Promise<void> {
    await this.database.query(`DELETE FROM link_proofs WHERE expires_at < now()`);
  }

  private async look(link: LockedLink, password: string, address: string, digest: string): Promise<void> {
    try {
      const buckets = [bucketOf('link-address', networkOf(address), PER_ADDRESS), bucketOf('link', link.id, PER_LINK)];
      await this.attempts.take(buckets);
      if (!(await this.hasher.matches(link.passwordHash, password))) {
        await this.log.add(link.id, { action: 'password-wrong', address });
        throw new ProblemError('link-password-wrong', 'Ask whoever gave you the link.');
      }
      await this.attempts.giveBack(buckets);
      this.remember(digest);
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
