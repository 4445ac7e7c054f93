// Those who manage links: who they are, and what they see.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { linkAccessListSchema, linkListSchema, type Link } from '@stowage/contract';
import type { Answer } from './support/http.js';
import { Holder, entryAt, newLink, put } from './support/links.js';
import { program, somebody } from './support/people.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { newSpace, setRole } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const SECRET = 'purple monkey dishwasher';
const random = new Random('links');
const BYTES = random.bytes(5000);
let product: Product;
let maria: Visitor;
let space: string;
let films: string;
let film: string;
let count = 0;

beforeAll(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', PASSWORD);
  space = (await newSpace(maria, 'Film')).id;
  film = await put(maria, space, 'films/2026', 'film.bin', BYTES);
  films = await entryAt(maria, space, 'films');
});
afterAll(() => product.dispose());

const share = (wanted: Partial<Parameters<typeof newLink>[1]> = {}) =>
  newLink(maria, { kind: 'share', entry: films, ...wanted });
const holding = (link: Link, basic: string | null = null) => new Holder(product, link.slug, basic);
const refusal = (answer: Answer) => [answer.status, answer.problem.code];
const content = (id: string) => `/files/${id}/content`;

/** Makes a folder with one file, and tells its id and that of the file. */
async function freshFolder(): Promise<{ folder: string; file: string; name: string }> {
  const name = `fresh ${++count}`;
  const file = await put(maria, space, name, 'file.bin', BYTES);
  return { folder: await entryAt(maria, space, name), file, name };
}

describe('those who manage links', () => {
  it('are whoever may change what is in the space, and nobody else knows of them', async () => {
    const link = await share();
    const requests = [
      ['GET', `/api/share-links?space=${space}`],
      ['GET', `/api/share-links?entry=${films}`],
      ['GET', `/api/share-links/${link.id}`],
      ['GET', `/api/share-links/${link.id}/accesses`],
      ['PATCH', `/api/share-links/${link.id}`, { title: 'Mine' }],
      ['POST', '/api/share-links', { kind: 'share', entry: films }],
      ['DELETE', `/api/share-links/${link.id}`],
    ] as const;
    for (const [role, allowed, status] of [
      ['viewer', false, 403],
      ['contributor', false, 403],
      [null, false, 404],
      ['editor', true, 0],
      ['manager', true, 0],
    ] as const) {
      const person = await somebody(product, maria, `person ${++count}`, 'member');
      await setRole(maria, space, person, role);
      for (const [method, path, body] of requests) {
        if (allowed && method === 'DELETE') continue;
        const answer =
          body === undefined
            ? await person.visitor.send(path, { method })
            : await person.visitor.sendJson(method, path, body);
        const got = answer.status < 300 ? 'yes' : answer.status;
        expect([role, method, path, got]).toEqual([role, method, path, allowed ? 'yes' : status]);
      }
      const { visitor } = await program(product, person.visitor, ['files:read', 'uploads:write']);
      expect((await visitor.send(`/api/share-links/${link.id}`)).status).toBe(403);
    }
  });

  it('find them by space and by entry, newest first, a page at a time', async () => {
    const { folder } = await freshFolder();
    const made = [];
    for (let index = 0; index < 5; index++) made.unshift((await share({ entry: folder, title: `link ${index}` })).id);
    const listed = [];
    for (let next: string | null = ''; next !== null;) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const page = (await maria.send(`/api/share-links?entry=${folder}&limit=2${cursor}`)).as(linkListSchema);
      listed.push(...page.links.map(({ id }) => id));
      next = page.next;
    }
    expect(listed).toEqual(made);
    const ofSpace = (await maria.send(`/api/share-links?space=${space}&limit=200`)).as(linkListSchema);
    expect(ofSpace.links.slice(0, 5).map(({ id }) => id)).toEqual(made);
    for (const path of ['?', '?space=x', `?entry=${'A'.repeat(22)}`, `?space=${'A'.repeat(22)}`]) {
      expect([path, (await maria.send(`/api/share-links${path}`)).status]).toEqual([path, 404]);
    }
    expect((await maria.send(`/api/share-links?space=${space}&cursor=x`)).status).toBe(400);
  });

  it('read what was done with one, by somebody of whom no more than a network is kept', async () => {
    const link = await share({ password: SECRET });
    const holder = holding(link);
    await holder.unlock('wrong');
    await holder.unlock(SECRET);
    await holder.send(content(film));
    const { accesses } = (await maria.send(`/api/share-links/${link.id}/accesses`)).as(linkAccessListSchema);
    expect(accesses.map(({ action, name, network }) => [action, name, network])).toEqual([
      ['downloaded', 'film.bin', '127.0.0.0/24'],
      ['opened', null, '127.0.0.0/24'],
      ['password-wrong', null, '127.0.0.0/24'],
    ]);
    const pages = [];
    for (let next: string | null = ''; next !== null;) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const page = (await maria.send(`/api/share-links/${link.id}/accesses?limit=2${cursor}`)).as(linkAccessListSchema);
      pages.push(page.accesses.length);
      next = page.next;
    }
    expect(pages).toEqual([2, 1]);
  });

  it('cannot make one to what is not there, or that makes no sense', async () => {
    const file = { kind: 'request', entry: film };
    expect(refusal(await maria.sendJson('POST', '/api/share-links', file))).toEqual([409, 'not-a-folder']);
    for (const entry of ['A'.repeat(22)]) {
      const answer = await maria.sendJson('POST', '/api/share-links', { kind: 'share', entry });
      expect(refusal(answer)).toEqual([404, 'entry-not-found']);
    }
    const { folder } = await freshFolder();
    await maria.send(`/api/entries/${folder}`, { method: 'DELETE' });
    const trashed = await maria.sendJson('POST', '/api/share-links', { kind: 'share', entry: folder });
    expect(refusal(trashed)).toEqual([404, 'entry-not-found']);
    for (const more of [
      ...[{ maxDownloads: 0 }, { maxDownloads: -1 }, { maxDownloads: 1.5 }, { expiresAt: 'tomorrow' }],
      ...[{ expiresAt: '2020-01-01T00:00:00.000Z' }, { maxUploads: 5 }, { askName: true }, { title: 'x'.repeat(121) }],
      ...[
        { slug: 'A'.repeat(43) },
        { downloads: 5 },
        { space },
        { createdBy: 'x' },
        { kind: 'door' },
        { title: 'a\u0000b' },
      ],
    ]) {
      const answer = await maria.sendJson('POST', '/api/share-links', { kind: 'share', entry: films, ...more });
      expect([more, ...refusal(answer)]).toEqual([more, 400, 'invalid-request']);
    }
    const link = await share();
    const foreign = await maria.sendJson('PATCH', `/api/share-links/${link.id}`, { askName: true });
    expect(refusal(foreign)).toEqual([400, 'invalid-request']);
  });
});
