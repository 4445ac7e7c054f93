const NBSP = '\u00a0';
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time as people say it, two units at most, e.g. `3 h 6 min`. */
export function timeSpan(seconds: number): string {
  if (seconds < 1) return 'a moment';
  if (seconds < MINUTE) return part(Math.ceil(seconds), 's');
  if (seconds < HOUR) return part(Math.ceil(seconds / MINUTE), 'min');
  if (seconds < DAY) return pair(seconds, HOUR, 'h', MINUTE, 'min');
  return pair(seconds, DAY, 'd', HOUR, 'h');
}

/** How long ago a time was, e.g. `5 min ago`. */
export function ago(then: Date, now: Date): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  return seconds < MINUTE ? 'just now' : `${timeSpan(Math.floor(seconds / MINUTE) * MINUTE)} ago`;
}

/** How long it is until a time, roughly, e.g. `in 6 days`. */
export function inTime(then: Date, now: Date): string {
  const seconds = (then.getTime() - now.getTime()) / 1000;
  if (seconds < MINUTE) return 'at any moment';
  if (seconds < HOUR) return some(Math.floor(seconds / MINUTE), 'minute');
  return seconds < 2 * DAY ? some(Math.floor(seconds / HOUR), 'hour') : some(Math.floor(seconds / DAY), 'day');
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** Date and time of an ISO text, in the reader's zone and language. */
export function localDateTime(iso: string): string {
  return dateTime.format(new Date(iso));
}

/** The day. */
export function localDate(date: Date): string {
  return day.format(date);
}

/** Time of day. */
export function localTime(date: Date): string {
  return time.format(date);
}

function some(number: number, unit: string): string {
  return `in ${number}${NBSP}${unit}${number === 1 ? '' : 's'}`;
}

function pair(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const whole = Math.floor(seconds / large);
  const rest = Math.floor((seconds - whole * large) / small);
  return rest === 0 ? part(whole, largeUnit) : `${part(whole, largeUnit)} ${part(rest, smallUnit)}`;
}

function part(value: number, unit: string): string {
  return `${value}${NBSP}${unit}`;
}
