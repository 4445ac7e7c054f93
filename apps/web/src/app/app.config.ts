import {
  type ApplicationConfig,
  provideBrowserGlobalErrorListeners,
  provideZonelessChangeDetection,
} from '@angular/core';
import { ɵSharedStylesHost as SharedStylesHost } from '@angular/platform-browser';
import { AdoptedStyles } from './ui/adopted-styles.js';

/** What the page runs with: no zone.js, no inline styles. */
export const appConfig: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    provideBrowserGlobalErrorListeners(),
    { provide: SharedStylesHost, useClass: AdoptedStyles },
  ],
};
