// The password of a share: what wants it, how it is shown, and how it is not found out.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { heldLinkSchema, type Link } from '@stowage/contract';
import { query } from './support/database.js';
import type { Answer } from './support/http.js';
import { Holder, basicPassword, entryAt, newLink, put } from './support/links.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { newSpace } from './support/spaces.js';
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

describe('the password of a share', () => {
  it('is wanted by everything but the door, which tells nothing without it', async () => {
    const link = await share({ password: SECRET, title: 'Hidden', note: 'Hidden', maxDownloads: 9 });
    const holder = holding(link);
    expect((await holder.send()).as(heldLinkSchema)).toEqual({
      ...{ kind: 'share', locked: true, expiresAt: null, title: '', note: '', entry: null, downloadsLeft: null },
    });
    for (const path of ['/entries', content(film)]) {
      expect(refusal(await holder.send(path))).toEqual([401, 'link-password-needed']);
      expect((await holder.send(path, { method: 'HEAD' })).status).toBe(401);
      expect(refusal(await holder.send(path, { headers: { Range: 'bytes=1-' } }))[0]).toBe(401);
    }
  });

  it('opens it by cookie, by Basic credentials, and only when it is right', async () => {
    const link = await share({ password: SECRET });
    const holder = holding(link);
    expect(refusal(await holder.unlock('wrong'))).toEqual([401, 'link-password-wrong']);
    expect(holder.cookies.size).toBe(0);
    const opened = await holder.unlock(SECRET);
    expect(opened.as(heldLinkSchema)).toMatchObject({ locked: false, entry: { id: films } });
    const [cookie = ''] = opened.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^stowage-link-[\w-]{16}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/u);
    expect(cookie).not.toContain(link.slug);
    expect((await holder.send(content(film))).status).toBe(200);
    const curl = holding(link, SECRET);
    expect((await curl.send('/entries')).status).toBe(200);
    expect((await curl.send(content(film))).body.equals(BYTES)).toBe(true);
    for (const basic of ['', 'wrong', `${SECRET} `]) {
      expect(refusal(await holding(link, basic).send('/entries'))).toEqual([401, 'link-password-wrong']);
    }
    // Colons are part of it.
    const colons = await share({ password: 'one:two:three:four' });
    expect((await holding(colons, 'one:two:three:four').send('/entries')).status).toBe(200);
    expect(refusal(await holding(link).send('/entries', { headers: { Authorization: 'Basic %%%' } }))[0]).toBe(401);
  });

  it('of another link, or from before it was changed, is worth nothing', async () => {
    const [link, other] = [await share({ password: SECRET }), await share({ password: 'another walrus' })];
    const [holder, curl] = [holding(link), holding(link, SECRET)];
    await holder.unlock(SECRET);
    expect((await curl.send('/entries')).status).toBe(200);
    const stranger = holding(other);
    for (const [name, value] of holder.cookies) stranger.cookies.set(name, value);
    expect(refusal(await stranger.send('/entries'))).toEqual([401, 'link-password-needed']);
    // Under the name of the other link as well.
    await stranger.unlock('another walrus');
    const [theirs = ''] = [...stranger.cookies.keys()].filter((name) => !holder.cookies.has(name));
    const thief = holding(other);
    thief.cookies.set(theirs, [...holder.cookies.values()][0] ?? '');
    expect(refusal(await thief.send('/entries'))).toEqual([401, 'link-password-needed']);

    await maria.sendJson('PATCH', `/api/share-links/${link.id}`, { password: 'a new walrus here' });
    expect(refusal(await holder.send('/entries'))).toEqual([401, 'link-password-needed']);
    expect(refusal(await curl.send('/entries'))).toEqual([401, 'link-password-wrong']);
    // Back to the old one: it has to be shown anew all the same.
    await maria.sendJson('PATCH', `/api/share-links/${link.id}`, { password: SECRET });
    expect(refusal(await holder.send('/entries'))).toEqual([401, 'link-password-needed']);
    await maria.sendJson('PATCH', `/api/share-links/${link.id}`, { password: null });
    expect((await holding(link).send('/entries')).status).toBe(200);
  });

  it('is kept as argon2id, and neither it nor a proof is in any row or log', async () => {
    const link = await share({ password: SECRET });
    const holder = holding(link);
    await holder.unlock(SECRET);
    const rows = await query(
      product.databaseUrl,
      `SELECT row_to_json(l)::text AS row FROM links l UNION ALL SELECT row_to_json(p)::text FROM link_proofs p`,
    );
    const text = JSON.stringify(rows);
    expect(text).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(text).not.toContain(SECRET);
    for (const proof of holder.cookies.values()) {
      expect(text).not.toContain(proof);
      expect(JSON.stringify(product.logs.lines)).not.toContain(proof);
    }
    expect(JSON.stringify(product.logs.lines)).not.toContain(SECRET);
    expect(JSON.stringify(product.logs.lines)).not.toContain(link.slug);
    const weak = await maria.sendJson('POST', '/api/share-links', {
      kind: 'share',
      entry: films,
      password: 'password',
    });
    expect(refusal(weak)).toEqual([422, 'password-refused']);
  });

  it('cannot be guessed for long, by one address or by many, and those inside stay inside', async () => {
    const link = await share({ password: SECRET });
    const holder = holding(link);
    await holder.unlock(SECRET);
    await query(product.databaseUrl, 'DELETE FROM sign_in_attempts');
    const answers = [];
    for (let round = 0; round < 45; round++) answers.push(await holding(link).unlock(`guess ${round}`));
    expect(answers.map(({ status }) => status).filter((status) => status === 401)).toHaveLength(40);
    const last = answers.at(-1) as Answer;
    expect(refusal(last)).toEqual([429, 'too-many-attempts']);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    // Not even with the right one; by Basic credentials neither.
    expect(refusal(await holding(link, 'another guess').send('/entries'))).toEqual([429, 'too-many-attempts']);
    expect((await holder.send('/entries')).status).toBe(200);
    await query(product.databaseUrl, 'DELETE FROM sign_in_attempts');
  });

  it('cannot be used by a page of another origin', async () => {
    const link = await share({ password: SECRET });
    const holder = holding(link);
    await holder.unlock(SECRET);
    const evil = { Origin: 'https://evil.example' };
    for (const path of ['', '/entries', content(film)])
      expect(refusal(await holder.send(path, { headers: evil }))).toEqual([403, 'origin-not-allowed']);
    const post = await holder.send('/unlock', { method: 'POST', headers: evil });
    expect(refusal(post)).toEqual([403, 'origin-not-allowed']);
  });
});

describe('a session or token beside a link', () => {
  it('neither helps nor hinders', async () => {
    const link = await share({ password: SECRET });
    const path = `/api/links/${link.slug}/entries`;
    expect(refusal(await maria.send(path))).toEqual([401, 'link-password-needed']);
    const worthless = await product.send(path, { headers: { Authorization: `Bearer stw_${'A'.repeat(43)}` } });
    expect(refusal(worthless)).toEqual([401, 'link-password-needed']);
    expect((await product.send(path, { headers: basicPassword(SECRET) })).status).toBe(200);
    // And a link lets nobody in anywhere else.
    for (const elsewhere of ['/api/files', '/api/session', `/api/files/${film}/content`, '/api/limits']) {
      expect((await product.send(elsewhere, { headers: basicPassword(SECRET) })).status).toBe(401);
    }
  });
});
