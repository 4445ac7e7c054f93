import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProblemError } from '../platform/http/problem-error.js';
import { digestOf } from './secrets.js';

/** A bucket of attempts. */
export interface Bucket {
  readonly name: string;
  /** So many at once. */
  readonly burst: number;
  /** Then one more each so many seconds. */
  readonly everySeconds: number;
}

/** The bucket of somebody or something. By a digest: a name can be long, and need not be read in the table. */
export function bucketOf(kind: string, of: string | Buffer, rate: Omit<Bucket, 'name'>): Bucket {
  const text = typeof of === 'string' ? of : of.toString('base64url');
  return { name: `${kind}:${digestOf(text).toString('base64url')}`, ...rate };
}

interface Row {
  readonly wait: number;
}

/**
 * Counts attempts to sign in, in the database, so that all servers count together. An attempt is taken before it is looked
 * at, or many at once would all be; whoever was right gets it back. Nobody is ever locked out for good.
 */
@Injectable()
export class Attempts {
  constructor(private readonly database: DataSource) {}

  /**
   * Takes one from each bucket.
   * @throws ProblemError too-many-attempts, with the seconds until there is one again
   */
  async take(buckets: readonly Bucket[]): Promise<void> {
    for (const { name, burst, everySeconds } of buckets) {
      const taken = await this.database.query<unknown[]>(
        `INSERT INTO sign_in_attempts AS a (bucket, full_until) VALUES ($1, now() + $2 * interval '1 second')
         ON CONFLICT (bucket) DO UPDATE SET full_until = greatest(a.full_until, now()) + $2 * interval '1 second'
           WHERE a.full_until <= now() + $3 * interval '1 second'
         RETURNING 1`,
        [name, everySeconds, (burst - 1) * everySeconds],
      );
      if (taken.length === 0) throw await this.refusal({ name, burst, everySeconds });
    }
  }

  /** Gives one back to each bucket. */
  async giveBack(buckets: readonly Bucket[]): Promise<void> {
    for (const { name, everySeconds } of buckets) {
      await this.database.query(
        `UPDATE sign_in_attempts SET full_until = full_until - $2 * interval '1 second' WHERE bucket = $1`,
        [name, everySeconds],
      );
    }
  }

  /** Forgets buckets that are empty. */
  async removeEmpty(): Promise<void> {
    await this.database.query(`DELETE FROM sign_in_attempts WHERE full_until < now()`);
  }

  private async refusal({ name, burst, everySeconds }: Bucket): Promise<ProblemError> {
    const [row] = await this.database.query<Row[]>(
      `SELECT extract(epoch FROM full_until - now())::float8 - $2 AS wait FROM sign_in_attempts WHERE bucket = $1`,
      [name, (burst - 1) * everySeconds],
    );
    const retryAfter = Math.max(1, Math.ceil(row?.wait ?? 1));
    const minutes = Math.ceil(retryAfter / 60);
    return new ProblemError(
      'too-many-attempts',
      `Too many wrong passwords. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, ` +
        'or in a browser that has signed in here before.',
      { retryAfter },
    );
  }
}
