import type { Routes } from '@angular/router';
import { folderAddress } from './files/folder-address.js';
import { pageTitle } from './shell/page-title.js';

/** The pages. The server knows their addresses as well (`platform/http/page.ts`). */
export const routes: Routes = [
  { matcher: folderAddress, loadComponent: () => import('./home-page.js').then(({ HomePage }) => HomePage) },
  {
    path: 'spaces/:space/trash',
    title: pageTitle('files.trash.title'),
    loadComponent: () => import('./files/trash-page.js').then(({ TrashPage }) => TrashPage),
  },
  {
    path: 'spaces/:space/members',
    title: pageTitle('spaces.membersPage.title'),
    loadComponent: () => import('./spaces/members-page.js').then(({ MembersPage }) => MembersPage),
  },
  {
    path: 'spaces/:space/transfers',
    title: pageTitle('transfers.overview.titleSpace'),
    loadComponent: () => import('./transfers/space-transfers-page.js').then((page) => page.SpaceTransfersPage),
  },
  {
    path: 'transfers',
    title: pageTitle('transfers.own.title'),
    loadComponent: () => import('./transfers/own-transfers-page.js').then((page) => page.OwnTransfersPage),
  },
  {
    path: 'transfers/:upload',
    title: pageTitle('transfers.upload.title'),
    loadComponent: () => import('./transfers/upload-page.js').then(({ UploadPage }) => UploadPage),
  },
  {
    path: 'admin/transfers',
    title: pageTitle('transfers.overview.titleAll'),
    loadComponent: () => import('./transfers/all-transfers-page.js').then((page) => page.AllTransfersPage),
  },
  {
    path: 'spaces/:space/settings',
    title: pageTitle('spaces.settingsPage.title'),
    loadComponent: () => import('./spaces/settings-page.js').then(({ SettingsPage }) => SettingsPage),
  },
  {
    path: 'shares',
    title: pageTitle('sharing.page.shares'),
    data: { kind: 'share' },
    loadComponent: () => import('./sharing/links-page.js').then(({ LinksPage }) => LinksPage),
  },
  {
    path: 'requests',
    title: pageTitle('sharing.page.requests'),
    data: { kind: 'request' },
    loadComponent: () => import('./sharing/links-page.js').then(({ LinksPage }) => LinksPage),
  },
  {
    path: 'setup',
    title: pageTitle('session.setUpPage.tab'),
    loadComponent: () => import('./session/set-up-page.js').then(({ SetUpPage }) => SetUpPage),
  },
  {
    path: 'settings/profile',
    title: pageTitle('settings.profile.title'),
    loadComponent: () => import('./settings/profile-page.js').then(({ ProfilePage }) => ProfilePage),
  },
  {
    path: 'settings/security',
    title: pageTitle('settings.securityPage.title'),
    loadComponent: () => import('./settings/security-page.js').then(({ SecurityPage }) => SecurityPage),
  },
  {
    path: 'settings/tokens',
    title: pageTitle('settings.tokensPage.tab'),
    loadComponent: () => import('./settings/tokens-page.js').then(({ TokensPage }) => TokensPage),
  },
  {
    path: 'password',
    title: pageTitle('session.passwordPage.tab'),
    loadComponent: () => import('./session/password-page.js').then(({ PasswordPage }) => PasswordPage),
  },
  {
    path: 'admin/users',
    title: pageTitle('people.usersPage.title'),
    loadComponent: () => import('./people/users-page.js').then(({ UsersPage }) => UsersPage),
  },
  {
    path: 'admin/spaces',
    title: pageTitle('spaces.spacesPage.title'),
    loadComponent: () => import('./spaces/spaces-page.js').then(({ SpacesPage }) => SpacesPage),
  },
  { path: '**', redirectTo: '' },
];
