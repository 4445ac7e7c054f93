import type { Configuration } from '../platform/config/configuration.js';
import { ProblemError } from '../platform/http/problem-error.js';

/*
 * What an open upload has reserved of its space is its length, or while that is unknown what it has received. So the two
 * cannot differ, and the move that ends the upload, which only one can make, is also what gives it back once.
 *
 * Whatever else a transaction locks, it locks the row of the owner and then the row of the space with its last statement:
 * both are everybody's, and nothing is waited for while they are held.
 */

/** What an upload reserves, of a row of `uploads`. */
export const RESERVED = 'coalesce(length, received)';

/**
 * Counts an upload as open, and reserves its length. Comes after `added (owner, space_id, bytes, open)`; the row of the
 * upload stays only if both steps find one.
 * @param most number of the parameter that says how many uploads an owner may have open
 */
export const takeUp = (most: number): string => `
  counted AS (
    INSERT INTO upload_owners AS o (owner, open_uploads) SELECT owner, 1 FROM added WHERE open
    ON CONFLICT (owner) DO UPDATE SET open_uploads = o.open_uploads + 1 WHERE o.open_uploads < $${most} RETURNING 1
  ), reserved AS (
    UPDATE spaces s SET reserved_bytes = s.reserved_bytes + a.bytes FROM added a, counted
    WHERE s.id = a.space_id AND a.bytes > 0
      AND (s.quota_bytes IS NULL OR s.reserved_bytes + s.used_bytes + a.bytes <= s.quota_bytes) RETURNING 1
  )`;

/**
 * Gives back what uploads held that have ended. Comes after `ended (owner, space_id, bytes, stored)`, where `stored` is by
 * how much the space is used more from now on.
 */
export const GIVE_BACK = `
  counted AS (
    UPDATE upload_owners o SET open_uploads = o.open_uploads - e.uploads
    FROM (SELECT owner, count(*)::integer AS uploads FROM ended GROUP BY owner) e WHERE o.owner = e.owner RETURNING 1
  ), settled AS (
    UPDATE spaces s SET reserved_bytes = s.reserved_bytes - e.bytes, used_bytes = s.used_bytes + e.stored
    FROM (SELECT space_id, sum(bytes)::bigint AS bytes, sum(stored)::bigint AS stored FROM ended GROUP BY space_id) e,
      (SELECT count(*) FROM counted) AS before
    WHERE s.id = e.space_id AND (e.bytes <> 0 OR e.stored <> 0)
  )`;

/** Refuses another upload of an owner who has too many. */
export function tooManyUploads({ maxOpenUploads }: Configuration['limits']): ProblemError {
  return new ProblemError(
    'too-many-uploads',
    `At most ${maxOpenUploads} uploads can be unfinished at once: let some end, or remove them.`,
    { retryAfter: 60 },
  );
}

/** Refuses bytes that would be one chunk too many. */
export function tooManyChunks({ maxChunks }: Configuration['limits']): ProblemError {
  return new ProblemError('too-many-chunks', `A file can have ${maxChunks} chunks at most: send larger ones.`);
}
