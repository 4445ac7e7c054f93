// Every route under the address of a link, found in the description that the product gives of itself: none forgets to look
// at the password, the time, or whether the link still is one.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LinkKind } from '@stowage/contract';
import { query } from './support/database.js';
import { ApiDescription } from './support/api-description.js';
import { Holder, entryAt, newLink, put } from './support/links.js';
import { Product } from './support/product.js';
import { newSpace } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const SECRET = 'purple monkey dishwasher';

/** Which links each route is for; the door of both is open to whoever has not shown the password. */
const ROUTES: Readonly<Record<string, LinkKind | 'door'>> = {
  'GET /api/links/{slug}': 'door',
  'POST /api/links/{slug}/unlock': 'door',
  'GET /api/links/{slug}/entries': 'share',
  'GET /api/links/{slug}/files/{id}/content': 'share',
  'HEAD /api/links/{slug}/files/{id}/content': 'share',
  'GET /api/links/{slug}/zip': 'share',
  'HEAD /api/links/{slug}/zip': 'share',
  'POST /r/{slug}/upload': 'request',
  'POST /r/{slug}/uploads': 'request',
  'GET /r/{slug}/uploads/{id}': 'request',
  'HEAD /r/{slug}/uploads/{id}': 'request',
  'PATCH /r/{slug}/uploads/{id}': 'request',
  'DELETE /r/{slug}/uploads/{id}': 'request',
  'PUT /r/{slug}/uploads/{id}/chunks/{index}': 'request',
  'PUT /r/{slug}/uploads/{id}/bytes': 'request',
  'POST /r/{slug}/uploads/{id}/complete': 'request',
};

let product: Product;
let maria: Visitor;
let folder: string;

beforeAll(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', 'a walrus in the kitchen');
  const { id: space } = await newSpace(maria, 'Film');
  await put(maria, space, 'films', 'film.bin', Buffer.from('film'));
  folder = await entryAt(maria, space, 'films');
});
afterAll(() => product.dispose());

const linkOf = (kind: LinkKind) => newLink(maria, { kind, entry: folder, password: SECRET });

/** What the routes for a kind of link answer, as `status code`; of those of HEAD only the status. */
async function answers(holder: Holder, kinds: readonly (LinkKind | 'door')[]): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const [route, kind] of Object.entries(ROUTES)) {
    if (!kinds.includes(kind)) continue;
    const [method = '', path = ''] = route.split(' ');
    const address = path.replace('{slug}', holder.slug).replace(/\{\w+\}/gu, 'A'.repeat(22));
    const prefix = `/api/links/${holder.slug}`;
    const answer = await holder.send(address.startsWith(prefix) ? address.slice(prefix.length) : address, { method });
    const code = answer.status >= 400 && method !== 'HEAD' ? ` ${answer.problem.code}` : '';
    told[route] = `${answer.status}${code}`;
  }
  return told;
}

/** Expects one refusal of all routes. */
async function expectAll(holder: Holder, kinds: readonly (LinkKind | 'door')[], status: number, code: string) {
  for (const [route, told] of Object.entries(await answers(holder, kinds))) {
    expect([route, told]).toEqual([route, route.startsWith('HEAD') ? `${status}` : `${status} ${code}`]);
  }
}

describe('every route under the address of a link', () => {
  it('is written down here', async () => {
    const { routes } = await ApiDescription.of(product);
    const found = routes.filter(({ path }) => path.includes('{slug}')).map(({ method, path }) => `${method} ${path}`);
    expect(found.sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it.each(['share', 'request'] as const)('of a %s wants its password', async (kind) => {
    const [link, other] = [await linkOf(kind), await linkOf(kind)];
    await expectAll(new Holder(product, link.slug), [kind], 401, 'link-password-needed');
    await expectAll(new Holder(product, link.slug, 'wrong'), [kind, 'door'], 401, 'link-password-wrong');
    // Of another link, under the names of both.
    const [holder, stranger] = [new Holder(product, link.slug), new Holder(product, other.slug)];
    await holder.unlock(SECRET);
    await stranger.unlock(SECRET);
    const [[name, value] = ['', '']] = [...holder.cookies];
    const thief = new Holder(product, other.slug);
    thief.cookies.set(name, value);
    for (const theirs of stranger.cookies.keys()) thief.cookies.set(theirs, value);
    await expectAll(thief, [kind], 401, 'link-password-needed');
    // From before it was changed, even to the same one.
    await maria.sendJson('PATCH', `/api/share-links/${link.id}`, { password: SECRET });
    await expectAll(holder, [kind], 401, 'link-password-needed');
    // And from before the link was made anew.
    await query(product.databaseUrl, `DELETE FROM links WHERE id = '${other.id}'`);
    await expectAll(stranger, [kind, 'door'], 404, 'link-not-found');
  });

  it.each(['share', 'request'] as const)('of a %s that is over says so, the password shown or not', async (kind) => {
    for (const [change, code] of [
      [`UPDATE links SET expires_at = now() WHERE id = '$'`, 'link-expired'],
      [`UPDATE links SET revoked_at = now() WHERE id = '$'`, 'link-revoked'],
      [`UPDATE links SET entry_id = '${'B'.repeat(22)}' WHERE id = '$'`, 'link-target-gone'],
    ] as const) {
      const link = await linkOf(kind);
      const [inside, outside] = [new Holder(product, link.slug), new Holder(product, link.slug)];
      await inside.unlock(SECRET);
      await query(product.databaseUrl, change.replace('$', link.id));
      for (const holder of [inside, outside]) await expectAll(holder, [kind, 'door'], 410, code);
      await expectAll(new Holder(product, link.slug, SECRET), [kind, 'door'], 410, code);
    }
  });

  it('is not there for a link of the other kind, nor for an address that is none', async () => {
    const [share, request] = [await linkOf('share'), await linkOf('request')];
    await expectAll(new Holder(product, share.slug, SECRET), ['request'], 404, 'link-not-found');
    await expectAll(new Holder(product, request.slug, SECRET), ['share'], 404, 'link-not-found');
    await expectAll(new Holder(product, 'A'.repeat(43), SECRET), ['share', 'request', 'door'], 404, 'link-not-found');
    await expectAll(new Holder(product, 'x', SECRET), ['share', 'request', 'door'], 404, 'link-not-found');
  });
});
