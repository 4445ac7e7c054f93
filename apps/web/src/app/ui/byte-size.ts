import { computed } from '@angular/core';
import { inDigits, locale } from '../language/spoken.js';
import { say } from '../language/say.js';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const NBSP = '\u00a0';
const short = computed(() => new Intl.NumberFormat(locale(), { maximumSignificantDigits: 3 }));

/** A size as people read it, e.g. `12.4 MB` (powers of 1000, as on drives and links). */
export function byteSize(bytes: number): string {
  const unit = unitOf(bytes);
  return `${scaled(bytes, unit)}${NBSP}${UNITS[unit]}`;
}

/** How much of a whole, in the unit of the whole, e.g. `12.4 of 960 MB`. */
export function bytesOf(done: number, total: number): string {
  const unit = unitOf(total);
  return say('ui.size.ofWhole', { done: scaled(done, unit), whole: `${scaled(total, unit)}${NBSP}${UNITS[unit]}` });
}

/** A speed, e.g. `84 MB/s`. */
export function byteRate(bytesPerSecond: number): string {
  return `${byteSize(bytesPerSecond)}/s`;
}

/** The size to the byte, for a tooltip. */
export function exactBytes(bytes: number): string {
  return say('ui.size.bytes', { count: bytes });
}

/** A count with its separators. */
export function count(value: number): string {
  return inDigits(value);
}

/** Whole percent of a whole, never 100 before the end. */
export function percent(done: number, total: number): number {
  return total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100));
}

function unitOf(bytes: number): number {
  let unit = 0;
  // 999.5 would print as 1000 in three digits.
  for (let value = bytes; value >= 999.5 && unit < UNITS.length - 1; value /= 1000) unit += 1;
  return unit;
}

function scaled(bytes: number, unit: number): string {
  const value = bytes / 1000 ** unit;
  return unit === 0 ? inDigits(Math.round(value)) : short().format(value);
}
