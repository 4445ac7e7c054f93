import type { Routes } from '@angular/router';
import { HomePage } from './home-page.js';

/** The pages. The server knows their addresses as well (`platform/http/page.ts`). */
export const routes: Routes = [
  { path: '', pathMatch: 'full', component: HomePage },
  {
    path: 'setup',
    title: 'Set up',
    loadComponent: () => import('./session/set-up-page.js').then(({ SetUpPage }) => SetUpPage),
  },
  {
    path: 'settings/security',
    title: 'Security',
    loadComponent: () => import('./settings/security-page.js').then(({ SecurityPage }) => SecurityPage),
  },
  { path: '**', redirectTo: '' },
];
