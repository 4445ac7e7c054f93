const WHOLE = /^(0|[1-9]\d{0,15})$/u;

/**
 * Reads a whole number as headers, addresses and forms carry it: digits only, no sign, no leading zero, and small enough
 * to be counted with.
 * @returns null for anything else
 */
export function parseWholeNumber(text: string): number | null {
  const value = WHOLE.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : null;
}
