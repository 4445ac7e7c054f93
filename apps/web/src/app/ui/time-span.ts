import { computed } from '@angular/core';
import { say } from '../language/say.js';
import { locale } from '../language/spoken.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time as people say it, two units at most, e.g. `3 h 6 min`. */
export function timeSpan(seconds: number): string {
  if (seconds < 1) return say('ui.time.moment');
  if (seconds < MINUTE) return say('ui.time.seconds', { number: Math.ceil(seconds) });
  if (seconds < HOUR) return say('ui.time.minutes', { number: Math.ceil(seconds / MINUTE) });
  const [hours, minutes] = split(seconds, HOUR, MINUTE);
  if (seconds < DAY) {
    return pair(say('ui.time.hours', { number: hours }), minutes, say('ui.time.minutes', { number: minutes }));
  }
  const [days, rest] = split(seconds, DAY, HOUR);
  return pair(say('ui.time.days', { number: days }), rest, say('ui.time.hours', { number: rest }));
}

/** How long ago a time was, e.g. `5 min ago`. */
export function ago(then: Date, now: Date): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds < MINUTE) return say('ui.time.justNow');
  return say('ui.time.ago', { span: timeSpan(Math.floor(seconds / MINUTE) * MINUTE) });
}

/** How long it is until a time, roughly, e.g. `in 6 days`. */
export function inTime(then: Date, now: Date): string {
  const seconds = (then.getTime() - now.getTime()) / 1000;
  if (seconds < MINUTE) return say('ui.time.anyMoment');
  if (seconds < HOUR) return say('ui.time.inMinutes', { count: Math.floor(seconds / MINUTE) });
  if (seconds < 2 * DAY) return say('ui.time.inHours', { count: Math.floor(seconds / HOUR) });
  return say('ui.time.inDays', { count: Math.floor(seconds / DAY) });
}

const dateTime = computed(() => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }));
const day = computed(() => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }));
const time = computed(() => new Intl.DateTimeFormat(locale(), { timeStyle: 'short' }));

/** Date and time of an ISO text, in the reader's zone and language. */
export function localDateTime(iso: string): string {
  return dateTime().format(new Date(iso));
}

/** The day. */
export function localDate(date: Date): string {
  return day().format(date);
}

/** Time of day. */
export function localTime(date: Date): string {
  return time().format(date);
}

function split(seconds: number, large: number, small: number): readonly [whole: number, rest: number] {
  const whole = Math.floor(seconds / large);
  return [whole, Math.floor((seconds - whole * large) / small)];
}

function pair(first: string, number: number, second: string): string {
  return number === 0 ? first : `${first} ${second}`;
}
