import { afterEach } from '@jest/globals';
import { setupZonelessTestEnv } from 'jest-preset-angular/setup-env/zoneless/index.mjs';
import { FALLBACK } from '../src/app/language/languages.js';
import { speak } from '../src/app/language/spoken.js';

setupZonelessTestEnv();
await import('./words.js');

// A test that turns to another language turns for itself only.
afterEach(() => speak(FALLBACK, navigator.languages));
speak(FALLBACK, navigator.languages);

// jsdom knows the element but not what it does.
HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement): void {
  this.open = true;
};
HTMLDialogElement.prototype.close = function (this: HTMLDialogElement): void {
  if (!this.open) return;
  this.open = false;
  this.dispatchEvent(new Event('close'));
};
