/** A count or size that came from a bigint column: pg returns those as text, since they can exceed a double. */
export type BigintText = string;

/**
 * Reads a bigint column as a number.
 * @throws RangeError beyond 2^53 − 1, where a double would silently round
 */
export function toSafeInteger(text: BigintText): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a safe integer`);
  return value;
}

/** Maps a nullable bigint column of an entity. */
export const safeInteger = {
  from: (text: BigintText | null): number | null => (text === null ? null : toSafeInteger(text)),
  to: (value: number | null): number | null => value,
};
