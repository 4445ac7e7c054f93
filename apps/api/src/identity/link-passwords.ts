import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProblemError } from '../platform/http/problem-error.js';
import { LinkLog } from './link-log.js';
import { digestOf, newSecret } from './secrets.js';
import { ShownPasswords } from './shown-passwords.js';

/** Whoever has shown the password need not show it again for so long. */
export const PROOF_SECONDS = 12 * 60 * 60;

/** A link that has a password. */
export interface LockedLink {
  readonly id: string;
  readonly passwordHash: string;
  /** Rises with every change of the password. */
  readonly passwordVersion: number;
}

/** Looks at the passwords of links, and remembers who has shown one. */
@Injectable()
export class LinkPasswords {
  constructor(
    private readonly database: DataSource,
    private readonly passwords: ShownPasswords,
    private readonly log: LinkLog,
  ) {}

  /** @throws ProblemError link-password-wrong, too-many-attempts, overloaded */
  async check({ id, passwordHash }: LockedLink, password: string, address: string): Promise<void> {
    if (await this.passwords.isRight({ kind: 'link', id, passwordHash }, password, address)) return;
    await this.log.add(id, { action: 'password-wrong', address });
    throw new ProblemError('link-password-wrong', 'Ask whoever gave you the link.');
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
}
