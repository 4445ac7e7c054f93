import { bootstrapApplication } from '@angular/platform-browser';
import { HeldApp } from './app/held/held-app.js';
import { heldConfig } from './app/held/held-config.js';

bootstrapApplication(HeldApp, heldConfig).catch((error: unknown) => console.error(error));
