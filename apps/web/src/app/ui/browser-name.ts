import { say } from '../language/say.js';

// The first that fits: browsers name those that they want to be taken for as well.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgi?A?\w*\//u, 'Edge'],
  [/\bOPR\//u, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//u, 'Firefox'],
  [/Chrome\/|\bCriOS\//u, 'Chrome'],
  [/\bSafari\//u, 'Safari'],
  [/^curl\//u, 'curl'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Windows/u, 'Windows'],
  [/Android/u, 'Android'],
  [/iPad/u, 'iPad'],
  [/iPhone/u, 'iPhone'],
  [/CrOS/u, 'ChromeOS'],
  [/Mac OS X|Macintosh/u, 'macOS'],
  [/Linux/u, 'Linux'],
];

/** A browser as people call it, from what it says of itself, e.g. `Firefox on Linux`. */
export function browserName(userAgent: string): string {
  const browser = BROWSERS.find(([sign]) => sign.test(userAgent))?.[1];
  const system = SYSTEMS.find(([sign]) => sign.test(userAgent))?.[1];
  if (browser === undefined) return userAgent === '' ? say('ui.browser.unknown') : userAgent;
  return system === undefined ? browser : say('ui.browser.onSystem', { browser, system });
}
