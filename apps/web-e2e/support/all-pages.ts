import { readFileSync } from 'node:fs';
import { invitedSchema, uploadStatusSchema } from '@stowage/contract';
import type { BrowserContextOptions } from 'playwright-core';
import { entryAt, newLink, put } from '../../api-e2e/support/links.js';
import { somebody } from '../../api-e2e/support/people.js';
import type { Product } from '../../api-e2e/support/product.js';
import { newSpace, ownSpace, setRole } from '../../api-e2e/support/spaces.js';
import { Visitor } from '../../api-e2e/support/visitor.js';

/** Whoever opens a page: an admin, a member who is in no space of a team, a viewer of the team's, and somebody unknown. */
export type Looker = 'maria' | 'adam' | 'eva' | 'stranger';

/** A product with something of everything that pages show. */
export interface Scene {
  readonly lookers: Readonly<Record<Looker, BrowserContextOptions>>;
  /** Id of the space of a team that Maria manages and Eva looks at. */
  readonly team: string;
  /** Id of a folder in it. */
  readonly folder: string;
  /** Id of an unfinished upload of Maria's into it. */
  readonly upload: string;
  /** Secrets of links. */
  readonly invitation: string;
  readonly share: string;
  readonly request: string;
}

/** One page: how to come there, and what it says then. */
export interface PageCase {
  /** As the routes have it. */
  readonly route: string;
  readonly address: (scene: Scene) => string;
  readonly by: Looker;
  /** Text that only it has, once all is read. */
  readonly shown: string;
  /** What it says while nothing can be read; null for one that reads nothing. */
  readonly fault: string | null;
  /** The same where the server does not answer, if it says something else then. */
  readonly away?: string;
  /** Who sees nothing there but why: what they open, and what it says. */
  readonly refusals: readonly (readonly [by: Looker, says: string, address?: (scene: Scene) => string])[];
}

const NOBODY = ['stranger', 'Uploads go on where they stopped.'] as const;
const NO_SPACE = 'There is no such space';
const GONE = 'x'.repeat(22);
const NO_LINK = 'A'.repeat(43);

const common = { by: 'maria', refusals: [NOBODY] } as const;

/** All of them. A route without one fails a test. */
export const PAGES: readonly PageCase[] = [
  {
    ...{ ...common, route: '', address: () => '/', shown: 'report.txt', fault: 'The folder could not be read.' },
  },
  {
    ...{ ...common, route: 'spaces/:space', address: ({ team }) => `/spaces/${team}` },
    ...{ shown: 'shots', fault: 'The folder could not be read.' },
    refusals: [['adam', NO_SPACE]],
  },
  {
    ...{ ...common, route: 'files/f/:folder', address: ({ folder }) => `/files/f/${folder}` },
    ...{ shown: 'take.mov', fault: 'The folder could not be read.' },
    refusals: [
      ['adam', 'There is no such folder.'],
      ['maria', 'There is no such folder.', () => `/files/f/${GONE}`],
    ],
  },
  {
    ...{ ...common, route: 'spaces/:space/trash', address: ({ team }) => `/spaces/${team}/trash` },
    ...{ shown: 'old.mov', fault: 'The trash could not be read.' },
    refusals: [['adam', NO_SPACE]],
  },
  {
    ...{ ...common, route: 'spaces/:space/members', address: ({ team }) => `/spaces/${team}/members` },
    ...{ shown: 'Members of Film', fault: 'The members could not be read.' },
    refusals: [['adam', NO_SPACE]],
  },
  {
    ...{ ...common, route: 'spaces/:space/transfers', address: ({ team }) => `/spaces/${team}/transfers` },
    ...{ shown: 'film.bin', fault: 'The uploads could not be read.' },
    refusals: [
      ['adam', NO_SPACE],
      ['eva', 'Only managers of this space see the uploads into it.'],
    ],
  },
  {
    ...{ ...common, route: 'spaces/:space/settings', address: ({ team }) => `/spaces/${team}/settings` },
    ...{ shown: 'Never these endings', fault: 'The settings could not be read.' },
    refusals: [
      ['adam', NO_SPACE],
      ['eva', 'Only managers of this space can change its settings.'],
    ],
  },
  {
    ...{ ...common, route: 'transfers', address: () => '/transfers' },
    ...{ shown: 'film.bin', fault: 'The uploads could not be read.' },
  },
  {
    ...{ ...common, route: 'transfers/:upload', address: ({ upload }) => `/transfers/${upload}` },
    ...{ shown: 'Missing parts as a table', fault: 'The upload could not be read.' },
    refusals: [
      ['adam', 'There is no such upload.'],
      ['maria', 'There is no such upload.', () => `/transfers/${GONE}`],
    ],
  },
  {
    ...{ ...common, route: 'admin/transfers', address: () => '/admin/transfers' },
    ...{ shown: 'film.bin', fault: 'The uploads could not be read.' },
    refusals: [['adam', 'Only admins see the uploads of everybody.']],
  },
  {
    ...{ ...common, route: 'shares', address: () => '/shares' },
    ...{ shown: 'For the lab', fault: 'The links could not be read.' },
  },
  {
    ...{ ...common, route: 'requests', address: () => '/requests' },
    ...{ shown: 'Send your takes', fault: 'The links could not be read.' },
  },
  {
    ...{ route: 'setup', address: () => `/setup#${NO_LINK}`, by: 'stranger', shown: 'Make the first account.' },
    fault: null,
    refusals: [['stranger', 'The link is not whole', () => '/setup']],
  },
  {
    ...{ ...common, route: 'settings/profile', address: () => '/settings/profile' },
    ...{ shown: 'Admin', fault: 'It could not be read who you are.' },
  },
  {
    ...{ ...common, route: 'settings/security', address: () => '/settings/security' },
    ...{ shown: 'This browser', fault: 'It could not be read who you are.' },
  },
  {
    ...{ ...common, route: 'settings/tokens', address: () => '/settings/tokens' },
    ...{ shown: 'night backup', fault: 'The tokens could not be read.' },
  },
  {
    ...{ route: 'password', address: ({ invitation }) => `/password#${invitation}`, by: 'stranger' },
    ...{ shown: 'Welcome to Stowage', fault: 'The link could not be looked at.' },
    refusals: [
      ['stranger', 'This link is over', () => `/password#${NO_LINK}`],
      ['stranger', 'The link is not whole', () => '/password'],
    ],
  },
  {
    ...{ ...common, route: 'admin/users', address: () => '/admin/users' },
    ...{ shown: 'Disable', fault: 'The accounts could not be read.' },
    refusals: [['adam', 'Only admins manage accounts.']],
  },
  {
    ...{ ...common, route: 'admin/spaces', address: () => '/admin/spaces' },
    ...{ shown: 'Files of Adam', fault: 'The spaces could not be read.' },
    refusals: [['adam', 'Only admins see all spaces.']],
  },
  {
    ...{ route: 's/:slug', address: ({ share }) => `/s/${share}`, by: 'stranger' },
    ...{ shown: 'take.mov', fault: 'The link could not be read', away: 'The server cannot be reached' },
    refusals: [['stranger', 'There is no such link', () => `/s/${NO_LINK}`]],
  },
  {
    ...{ route: 'r/:slug', address: ({ request }) => `/r/${request}`, by: 'stranger' },
    ...{
      shown: 'Drop files or folders here',
      fault: 'The link could not be read',
      away: 'The server cannot be reached',
    },
    refusals: [['stranger', 'There is no such link', () => `/r/${NO_LINK}`]],
  },
];

/** Routes of the portal, as its source has them; those of folders have a matcher of their own. */
export function portalRoutes(): string[] {
  const source = readFileSync(new URL('../../web/src/app/app.routes.ts', import.meta.url), 'utf8');
  const paths = Array.from(source.matchAll(/path: '([^']*)'/gu), ([, path = '']) => path).filter(
    (path) => path !== '**',
  );
  const folders = ['', 'spaces/:space', 'files/f/:folder'];
  const pages = source.match(/loadComponent/gu)?.length ?? 0;
  if (pages !== paths.length + 1) throw new Error('A page of the portal has a route that this test does not know.');
  return [...folders, ...paths];
}

/** Makes a scene in a product that has no account yet. */
export async function setScene(product: Product): Promise<Scene> {
  const maria = new Visitor(product);
  await maria.setUp('Maria', 'a walrus in the kitchen');
  const adam = await somebody(product, maria, 'Adam', 'member');
  const eva = await somebody(product, maria, 'Eva', 'member');
  const team = (await newSpace(maria, 'Film')).id;
  await setRole(maria, team, eva, 'viewer');
  const own = await ownSpace(maria);
  await put(maria, own.id, '', 'report.txt', Buffer.from('a report'));
  await put(maria, team, 'shots', 'take.mov', Buffer.from('a take'));
  const old = await put(maria, team, '', 'old.mov', Buffer.from('an old take'));
  await maria.send(`/api/entries/${old}`, { method: 'DELETE' });
  const folder = await entryAt(maria, team, 'shots');
  const wish = { name: 'film.bin', space: team, length: 10_000, chunkSize: 5_000 };
  const { upload } = (await maria.sendJson('POST', '/api/uploads', wish)).as(uploadStatusSchema);
  await maria.send(`/api/uploads/${upload.id}/chunks/0`, { method: 'PUT', body: Buffer.alloc(5_000, 'x') });
  await maria.sendJson('POST', '/api/tokens', {
    name: 'night backup',
    scopes: ['files:read'],
    spaces: null,
    expiresAt: null,
  });
  const invited = await maria.sendJson('POST', '/api/accounts', { name: 'Ida', role: 'member' });
  await put(maria, own.id, 'lab', 'take.mov', Buffer.from('a take'));
  const lab = await entryAt(maria, own.id, 'lab');
  const share = await newLink(maria, { kind: 'share', entry: lab, title: 'For the lab' });
  const request = await newLink(maria, { kind: 'request', entry: lab, title: 'Send your takes' });
  return {
    ...{ team, folder, upload: upload.id },
    lookers: {
      maria: browserOf(product, maria),
      adam: browserOf(product, adam.visitor),
      eva: browserOf(product, eva.visitor),
      stranger: {},
    },
    invitation: new URL(invited.as(invitedSchema).link.url, product.url).hash.slice(1),
    ...{ share: slugOf(share.url), request: slugOf(request.url) },
  };
}

/** The cookies of somebody who has signed in without the page. */
function browserOf(product: Product, { cookies }: Visitor): BrowserContextOptions {
  const { hostname: domain } = new URL(product.url);
  const common = { domain, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Strict' } as const;
  return {
    storageState: { cookies: Array.from(cookies, ([name, value]) => ({ name, value, ...common })), origins: [] },
  };
}

function slugOf(address: string): string {
  return address.split('/').at(-1) ?? '';
}
