import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DEVICE_SECONDS } from './cookies.js';
import { digestOf, newSecret } from './secrets.js';

/**
 * Browsers in which somebody has signed in. They have attempts of their own, so that strangers who guess a password cannot
 * keep the one who knows it out.
 */
@Injectable()
export class KnownDevices {
  constructor(private readonly database: DataSource) {}

  /** Whether an account has been signed in to on the device that has this secret. */
  async knows(secret: string, accountId: string): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      `SELECT 1 FROM known_devices WHERE secret_digest = $1 AND account_id = $2
         AND last_used_at > now() - $3 * interval '1 second'`,
      [digestOf(secret), accountId, DEVICE_SECONDS],
    );
    return rows.length > 0;
  }

  /**
   * Remembers a device, by a new secret.
   * @param former its secret until now, which is worth nothing afterwards
   */
  async remember(manager: EntityManager, accountId: string, former: string | null): Promise<string> {
    if (former !== null) await manager.query(`DELETE FROM known_devices WHERE secret_digest = $1`, [digestOf(former)]);
    const secret = newSecret();
    await manager.query(`INSERT INTO known_devices (secret_digest, account_id) VALUES ($1, $2)`, [
      digestOf(secret),
      accountId,
    ]);
    return secret;
  }

  /** Forgets devices whose cookie is over. */
  async removeOld(): Promise<void> {
    await this.database.query(`DELETE FROM known_devices WHERE last_used_at < now() - $1 * interval '1 second'`, [
      DEVICE_SECONDS,
    ]);
  }
}
