import {
  type ApplicationConfig,
  provideBrowserGlobalErrorListeners,
  provideZonelessChangeDetection,
} from '@angular/core';
import { ɵSharedStylesHost as SharedStylesHost } from '@angular/platform-browser';
import { provideLanguage } from '../language/provide-language.js';
import { AdoptedStyles } from '../ui/adopted-styles.js';
import { provideHeldServer } from './held-server.js';
import { HeldWords } from './held-words.js';

/** What the pages of links run with: no router, no session, no inline styles. */
export const heldConfig: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    provideBrowserGlobalErrorListeners(),
    provideLanguage(HeldWords),
    provideHeldServer(),
    { provide: SharedStylesHost, useClass: AdoptedStyles },
  ],
};
