import { MediaMatcher } from '@angular/cdk/layout';
import { APP_BASE_HREF } from '@angular/common';
import {
  type ApplicationConfig,
  provideBrowserGlobalErrorListeners,
  provideZonelessChangeDetection,
} from '@angular/core';
import { ɵSharedStylesHost as SharedStylesHost } from '@angular/platform-browser';
import { TitleStrategy, provideRouter } from '@angular/router';
import { routes } from './app.routes.js';
import { provideLanguage } from './language/provide-language.js';
import { PageTitle } from './shell/page-title.js';
import { AdoptedStyles } from './ui/adopted-styles.js';
import { PlainMedia } from './ui/plain-media.js';

/** What the page runs with: no zone.js, no inline styles, no base element (the page's policy has none of them). */
export const appConfig: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    provideBrowserGlobalErrorListeners(),
    provideRouter(routes),
    provideLanguage(),
    { provide: APP_BASE_HREF, useValue: '/' },
    { provide: TitleStrategy, useExisting: PageTitle },
    { provide: SharedStylesHost, useClass: AdoptedStyles },
    { provide: MediaMatcher, useExisting: PlainMedia },
  ],
};
