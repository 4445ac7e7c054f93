import type { Routes } from '@angular/router';
import { HomePage } from './home-page.js';

/** The pages. The server knows their addresses as well (`platform/http/page.ts`). */
export const routes: Routes = [
  { path: '', pathMatch: 'full', component: HomePage },
  { path: 'spaces/:space', component: HomePage },
  {
    path: 'spaces/:space/members',
    title: 'Members',
    loadComponent: () => import('./spaces/members-page.js').then(({ MembersPage }) => MembersPage),
  },
  {
    path: 'spaces/:space/settings',
    title: 'Settings',
    loadComponent: () => import('./spaces/settings-page.js').then(({ SettingsPage }) => SettingsPage),
  },
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
  {
    path: 'settings/tokens',
    title: 'Tokens',
    loadComponent: () => import('./settings/tokens-page.js').then(({ TokensPage }) => TokensPage),
  },
  {
    path: 'password',
    title: 'Choose a password',
    loadComponent: () => import('./session/password-page.js').then(({ PasswordPage }) => PasswordPage),
  },
  {
    path: 'admin/users',
    title: 'Users',
    loadComponent: () => import('./people/users-page.js').then(({ UsersPage }) => UsersPage),
  },
  {
    path: 'admin/spaces',
    title: 'Spaces',
    loadComponent: () => import('./spaces/spaces-page.js').then(({ SpacesPage }) => SpacesPage),
  },
  { path: '**', redirectTo: '' },
];
