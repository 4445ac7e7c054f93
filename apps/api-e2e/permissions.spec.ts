// Who may do what: every route that the running product has, for every kind of principal.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uploadStatusSchema, type Link } from '@stowage/contract';
import { z } from 'zod';
import { query } from './support/database.js';
import type { Answer } from './support/http.js';
import { basicPassword, newLink } from './support/links.js';
import { program, somebody } from './support/people.js';
import { Product } from './support/product.js';
import { ownSpace } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const TOKEN = 'acceptance-token-of-forty-two-characters-x';

/** What a route needs. Written down here once more, so that nobody changes it by the way. */
type Needs =
  | 'nothing'
  | 'to hold a link'
  | 'to sign in'
  | 'a link'
  | 'to be let in'
  | 'to be signed in'
  | 'to manage a space'
  | Scope;
type Scope = 'uploads:write' | 'files:read' | 'files:write' | 'admin';
const NEEDS: Readonly<Record<string, Needs>> = {
  'get /healthz': 'nothing',
  'get /readyz': 'nothing',
  'get /api/docs': 'nothing',
  'get /api/docs/{file}': 'nothing',
  'get /api/openapi.json': 'nothing',
  'post /api/session': 'to sign in',
  'post /api/password-links/look': 'a link',
  'post /api/password-links/use': 'a link',
  // Its route ends with the first account: strangers learn nothing of it.
  'post /api/setup': 'to be let in',
  'get /api/session': 'to be let in',
  'delete /api/session': 'to be signed in',
  'get /api/sessions': 'to be signed in',
  'delete /api/sessions': 'to be signed in',
  'delete /api/sessions/{id}': 'to be signed in',
  'put /api/account/password': 'to be signed in',
  'get /api/tokens': 'to be signed in',
  'post /api/tokens': 'to be signed in',
  'delete /api/tokens/{id}': 'to be signed in',
  'get /api/limits': 'to be let in',
  'post /upload': 'uploads:write',
  'post /uploads': 'uploads:write',
  'get /api/uploads': 'uploads:write',
  'post /api/uploads': 'uploads:write',
  'post /api/uploads/purge': 'uploads:write',
  'get /api/uploads/{id}': 'uploads:write',
  'head /api/uploads/{id}': 'uploads:write',
  'patch /api/uploads/{id}': 'uploads:write',
  'delete /api/uploads/{id}': 'uploads:write',
  'get /api/uploads/{id}/digests': 'uploads:write',
  'post /api/uploads/{id}/complete': 'uploads:write',
  'post /api/uploads/{id}/extend': 'uploads:write',
  'put /api/uploads/{id}/chunks/{index}': 'uploads:write',
  'put /api/uploads/{id}/bytes': 'uploads:write',
  'get /api/files': 'files:read',
  'get /api/files/{id}': 'files:read',
  'delete /api/files/{id}': 'files:write',
  'get /api/files/{id}/content': 'files:read',
  'head /api/files/{id}/content': 'files:read',
  'get /api/zip': 'files:read',
  'head /api/zip': 'files:read',
  'post /api/folders': 'uploads:write',
  'get /api/folders/{id}': 'files:read',
  'get /api/folders/{id}/entries': 'files:read',
  'get /api/entries/{id}': 'files:read',
  'patch /api/entries/{id}': 'files:write',
  'delete /api/entries/{id}': 'files:write',
  'post /api/entries/{id}/restore': 'files:write',
  'get /api/spaces/{id}/trash': 'files:read',
  'delete /api/spaces/{id}/trash': 'files:write',
  'get /api/operations': 'files:write',
  'post /api/operations': 'files:write',
  'get /api/operations/{id}': 'files:write',
  'delete /api/operations/{id}': 'files:write',
  'get /api/spaces': 'to be let in',
  'post /api/spaces': 'admin',
  'get /api/admin/spaces': 'admin',
  'get /api/spaces/{id}': 'to be let in',
  'patch /api/spaces/{id}': 'to manage a space',
  'get /api/spaces/{id}/members': 'files:read',
  'post /api/spaces/{id}/members': 'to manage a space',
  'patch /api/spaces/{id}/members/{account}': 'to manage a space',
  'delete /api/spaces/{id}/members/{account}': 'to manage a space',
  'delete /api/spaces/{id}/membership': 'to be signed in',
  'get /api/entries/{id}/upload-password': 'uploads:write',
  'put /api/entries/{id}/upload-password': 'to manage a space',
  'get /api/share-links': 'files:write',
  'post /api/share-links': 'files:write',
  'get /api/share-links/{id}': 'files:write',
  'patch /api/share-links/{id}': 'files:write',
  'delete /api/share-links/{id}': 'files:write',
  'get /api/share-links/{id}/accesses': 'files:write',
  // Their secret is in the address, whoever else somebody is: `link-routes.spec.ts` says what they want besides.
  'get /api/links/{slug}': 'to hold a link',
  'post /api/links/{slug}/unlock': 'to hold a link',
  'get /api/links/{slug}/entries': 'to hold a link',
  'get /api/links/{slug}/files/{id}/content': 'to hold a link',
  'head /api/links/{slug}/files/{id}/content': 'to hold a link',
  'get /api/links/{slug}/zip': 'to hold a link',
  'head /api/links/{slug}/zip': 'to hold a link',
  'post /r/{slug}/upload': 'to hold a link',
  'post /r/{slug}/uploads': 'to hold a link',
  'get /r/{slug}/uploads/{id}': 'to hold a link',
  'head /r/{slug}/uploads/{id}': 'to hold a link',
  'patch /r/{slug}/uploads/{id}': 'to hold a link',
  'delete /r/{slug}/uploads/{id}': 'to hold a link',
  'put /r/{slug}/uploads/{id}/chunks/{index}': 'to hold a link',
  'put /r/{slug}/uploads/{id}/bytes': 'to hold a link',
  'post /r/{slug}/uploads/{id}/complete': 'to hold a link',
  'get /metrics': 'admin',
  'get /api/accounts': 'admin',
  'post /api/accounts': 'admin',
  'patch /api/accounts/{id}': 'admin',
  'delete /api/accounts/{id}': 'admin',
  'post /api/accounts/{id}/link': 'admin',
};

/** What somebody is told: let through to the route (whatever that makes of an empty request), or refused before. */
type Verdict = 'through' | 'unauthorized' | 'not-permitted';
const STRANGER = (needs: Needs): Verdict =>
  ['nothing', 'to sign in', 'a link'].includes(needs) ? 'through' : 'unauthorized';
/** A bearer that is worth nothing is refused even where none is needed, or its owner would not notice. */
const WORTHLESS = (needs: Needs): Verdict => (needs === 'nothing' ? 'through' : 'unauthorized');
/** No token makes a session, which could do more than it. */
const PROGRAM =
  (...scopes: readonly Needs[]) =>
  (needs: Needs): Verdict => {
    if (needs === 'to sign in') return 'unauthorized';
    return ['nothing', 'a link', 'to be let in', ...scopes].includes(needs) ? 'through' : 'not-permitted';
  };
/** Whoever goes on with one upload: other uploads are not there, which the route says; nor does it make folders. */
const ONE_UPLOAD = (needs: Needs, route: string): Verdict =>
  ['get /api/uploads', 'post /api/uploads', 'post /api/uploads/purge', 'post /api/folders'].includes(route)
    ? 'not-permitted'
    : PROGRAM('uploads:write')(needs);
const VERDICTS: Readonly<Record<string, (needs: Needs, route: string) => Verdict>> = {
  nobody: STRANGER,
  // A link is worth nothing anywhere else; credentials of such a kind sign nobody in.
  'whoever shows the password of a request': (needs) => (needs === 'to sign in' ? 'unauthorized' : STRANGER(needs)),
  'whoever has unlocked a request': STRANGER,
  'a session that is over': STRANGER,
  'a disabled account': STRANGER,
  'a member': (needs) => (needs === 'admin' ? 'not-permitted' : 'through'),
  'an admin': () => 'through',
  'the access token': () => 'through',
  'the session of the access token': () => 'through',
  'a token of an admin with every scope': PROGRAM(
    'uploads:write',
    'files:read',
    'files:write',
    'admin',
    'to manage a space',
  ),
  'a token to upload': PROGRAM('uploads:write'),
  'a token to read': PROGRAM('files:read'),
  'a token to remove': PROGRAM('files:write'),
  'a token to manage': PROGRAM('admin', 'to manage a space'),
  // Its account may still manage spaces.
  'a token to manage of somebody who is a member now': PROGRAM('to manage a space'),
  'the grant of another upload': ONE_UPLOAD,
  'the grant of a session that was ended': WORTHLESS,
  'a token that was revoked': WORTHLESS,
  'a token that has expired': WORTHLESS,
  'a token of a disabled account': WORTHLESS,
};

let product: Product;
let maria: Visitor;
let routes: string[];
let count = 0;

beforeAll(async () => {
  product = new Product({ env: { STOWAGE_ADMIN_TOKEN: TOKEN } });
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', PASSWORD);
  const { paths } = (await product.send('/api/openapi.json')).as(
    z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  );
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
});
afterAll(() => product.dispose());

const account = (role: 'admin' | 'member') => somebody(product, maria, `person ${++count}`, role);

/** A program with a new token of somebody new. */
async function programOf(
  scopes: readonly Scope[],
  then: (made: { visitor: Visitor; person: string; token: string }) => Promise<unknown> = () => Promise.resolve(),
): Promise<Visitor> {
  const { visitor, id } = await account('admin');
  const made = await program(product, visitor, scopes);
  await then({ visitor, person: id, token: made.id });
  return made.visitor;
}

/** Whoever goes on with an upload that somebody has begun. */
async function granted(by: Visitor): Promise<Visitor> {
  const answer = await by.sendJson('POST', '/api/uploads', { name: `half ${++count}.bin`, length: 5 });
  const { grant = '' } = answer.as(uploadStatusSchema);
  return new Visitor(product, { Authorization: `Bearer ${grant}` });
}

/** A file request into Maria's own space, with a password. */
async function request(): Promise<Link> {
  const { id: entry } = await ownSpace(maria);
  return newLink(maria, { kind: 'request', entry, password: PASSWORD });
}

/** Requests that may end what makes a principal one: the next request needs a fresh one. */
const ENDING = ['post /api/session', 'delete /api/session', 'delete /api/sessions', 'put /api/account/password'];

/** How one of each kind is made. */
const PRINCIPALS: Readonly<Record<string, () => Promise<Visitor>>> = {
  nobody: () => Promise.resolve(new Visitor(product)),
  'whoever shows the password of a request': async () => {
    await request();
    return new Visitor(product, basicPassword(PASSWORD));
  },
  'whoever has unlocked a request': async () => {
    const { slug } = await request();
    const visitor = new Visitor(product);
    await visitor.sendJson('POST', `/api/links/${slug}/unlock`, { password: PASSWORD });
    expect(visitor.cookies.size).toBe(1);
    return visitor;
  },
  'a session that is over': async () => {
    const { visitor } = await account('admin');
    const copy = new Visitor(product);
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
    await visitor.send('/api/session', { method: 'DELETE' });
    return copy;
  },
  'a disabled account': async () => {
    const { visitor, id } = await account('admin');
    await maria.sendJson('PATCH', `/api/accounts/${id}`, { disabled: true });
    return visitor;
  },
  'a member': async () => (await account('member')).visitor,
  'an admin': async () => (await account('admin')).visitor,
  'the access token': () => Promise.resolve(new Visitor(product, { Authorization: `Bearer ${TOKEN}` })),
  'a token of an admin with every scope': () => programOf(['uploads:write', 'files:read', 'files:write', 'admin']),
  'a token to upload': () => programOf(['uploads:write']),
  'a token to read': () => programOf(['files:read']),
  'a token to remove': () => programOf(['files:write']),
  'a token to manage': () => programOf(['admin']),
  'a token to manage of somebody who is a member now': () =>
    programOf(['admin'], ({ person }) => maria.sendJson('PATCH', `/api/accounts/${person}`, { role: 'member' })),
  'the grant of another upload': async () => granted((await account('member')).visitor),
  'the grant of a session that was ended': async () => {
    const { visitor } = await account('member');
    const holder = await granted(visitor);
    await visitor.send('/api/session', { method: 'DELETE' });
    return holder;
  },
  'a token that was revoked': () =>
    programOf(['admin'], ({ visitor, token }) => visitor.send(`/api/tokens/${token}`, { method: 'DELETE' })),
  'a token that has expired': () =>
    programOf(['admin'], ({ token }) =>
      query(
        product.databaseUrl,
        `UPDATE api_tokens SET expires_at = now() - interval '1 second' WHERE id = '${token}'`,
      ),
    ),
  'a token of a disabled account': () =>
    programOf(['admin'], ({ person }) => maria.sendJson('PATCH', `/api/accounts/${person}`, { disabled: true })),
  'the session of the access token': async () => {
    const visitor = new Visitor(product);
    await visitor.send('/api/session', { method: 'POST', headers: { Authorization: `Bearer ${TOKEN}` } });
    return visitor;
  },
};

function verdict(answer: Answer, method: string): Verdict {
  const { status } = answer;
  // A HEAD says no more than its status.
  if (method === 'HEAD') return status === 401 ? 'unauthorized' : status === 403 ? 'not-permitted' : 'through';
  if (status !== 401 && status !== 403) return 'through';
  const { code } = answer.problem;
  return code === 'unauthorized' || code === 'not-permitted' ? code : 'through';
}

describe('who may do what', () => {
  it('is written down for every route, and for nothing else', () => {
    expect(Object.keys(NEEDS).sort()).toEqual([...routes].sort());
  });

  it.each(Object.keys(PRINCIPALS))('holds for %s', async (kind) => {
    const wrong: unknown[] = [];
    let visitor: Visitor | undefined;
    for (const [route, needs] of Object.entries(NEEDS)) {
      const [verb = '', path = ''] = route.split(' ');
      const method = verb.toUpperCase();
      visitor ??= await PRINCIPALS[kind]?.();
      const answer = await visitor?.send(path.replace(/\{\w+\}/gu, 'A'.repeat(22)), { method });
      if (ENDING.includes(route)) visitor = undefined;
      if (answer === undefined) throw new Error(`Nobody is ${kind}.`);
      const wanted = needs === 'to hold a link' ? 'through' : VERDICTS[kind]?.(needs, route);
      const [expected, got] = [wanted, verdict(answer, method)];
      if (got !== expected) wrong.push([route, got, expected]);
    }
    expect(wrong).toEqual([]);
  });

  it('holds for every way to write an address', async () => {
    const { visitor } = await account('member');
    for (const path of [
      '/api/accounts/',
      '/API/ACCOUNTS',
      '/api/Accounts',
      '/metrics/',
      '/METRICS',
      '/api/accounts?x=1',
    ]) {
      const answer = await visitor.send(path);
      expect([path, answer.status, answer.problem.code]).toEqual([path, 403, 'not-permitted']);
      expect([path, (await product.send(path)).status]).toEqual([path, 401]);
    }
    const head = await visitor.send('/api/accounts', { method: 'HEAD' });
    expect(head.status).toBe(403);
  });
});
