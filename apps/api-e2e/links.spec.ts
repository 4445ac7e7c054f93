// Share links: what whoever holds one may read, for how long, and all that it does not let.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { heldLinkSchema, linkSchema, sharedEntryListSchema, type Link } from '@stowage/contract';
import { query } from './support/database.js';
import type { Answer } from './support/http.js';
import { Holder, entryAt, newLink, put } from './support/links.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { newSpace } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const random = new Random('links');
const BYTES = random.bytes(5000);
let product: Product;
let maria: Visitor;
let space: string;
let films: string;
let film: string;
let secret: string;
let count = 0;

beforeAll(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', PASSWORD);
  space = (await newSpace(maria, 'Film')).id;
  film = await put(maria, space, 'films/2026', 'film.bin', BYTES);
  secret = await put(maria, space, 'films 2', 'secret.bin', BYTES);
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

describe('a share link', () => {
  it('lets whoever holds it list the folder and download what is in it, and tells nothing of what is above', async () => {
    const link = await share({ title: 'Our films', note: 'Enjoy' });
    expect([link.url, link.state, link.createdBy, link.entryName]).toEqual([
      ...[`/s/${link.slug}`, 'valid', 'Maria', 'films'],
    ]);
    const holder = holding(link);
    const held = (await holder.send()).as(heldLinkSchema);
    expect(held).toMatchObject({ kind: 'share', locked: false, title: 'Our films', note: 'Enjoy' });
    expect(held.kind === 'share' && held.entry).toMatchObject({ id: films, name: 'films', kind: 'folder' });
    const top = (await holder.send('/entries')).as(sharedEntryListSchema);
    expect([top.folder.name, top.ancestors, top.entries.map(({ name }) => name)]).toEqual(['films', [], ['2026']]);
    const below = (await holder.send(`/entries?folder=${top.entries[0]?.id ?? ''}`)).as(sharedEntryListSchema);
    expect(below.ancestors).toEqual([{ id: films, name: 'films' }]);
    expect(below.entries.map(({ id, size }) => [id, size])).toEqual([[film, BYTES.length]]);
    const answer = await holder.send(content(film));
    expect([answer.status, answer.body.equals(BYTES)]).toEqual([200, true]);
    for (const [text] of [[JSON.stringify(held)], [JSON.stringify(top)], [JSON.stringify(below)]]) {
      expect(text).not.toContain(space);
      expect(text).not.toContain('"path"');
    }
  });

  it('of a file is for this file alone', async () => {
    const other = await put(maria, space, 'films/2026', `other ${++count}.bin`, BYTES);
    const holder = holding(await share({ entry: film }));
    expect((await holder.send()).as(heldLinkSchema)).toMatchObject({ entry: { id: film, size: BYTES.length } });
    expect((await holder.send(content(film))).status).toBe(200);
    expect(refusal(await holder.send(content(other)))).toEqual([404, 'file-not-found']);
    expect(refusal(await holder.send('/entries'))).toEqual([404, 'folder-not-found']);
  });

  it('gives no way to what lies beside, above, or has a name that begins alike', async () => {
    const holder = holding(await share());
    const top = await entryAt(maria, space, 'films 2');
    for (const id of [secret, top, space, films, 'A'.repeat(22), '..', '%2e%2e']) {
      const answer = await holder.send(content(id));
      expect([id, answer.status]).toEqual([id, 404]);
    }
    for (const id of [top, space, film, 'A'.repeat(22)]) {
      expect([id, refusal(await holder.send(`/entries?folder=${id}`))]).toEqual([id, [404, 'folder-not-found']]);
    }
    expect(refusal(await holder.send('/entries?folder=../x'))).toEqual([400, 'invalid-request']);
  });

  it('follows what it leads to when that is renamed or moved, and what is in it', async () => {
    const { folder, file } = await freshFolder();
    const holder = holding(await share({ entry: folder }));
    await maria.sendJson('PATCH', `/api/entries/${folder}`, { name: `renamed ${++count}`, parent: films });
    expect((await holder.send(content(file))).status).toBe(200);
    // Moved out.
    await maria.sendJson('PATCH', `/api/entries/${file}`, { parent: films });
    expect(refusal(await holder.send(content(file)))).toEqual([404, 'file-not-found']);
    // Moved in, by way of a folder.
    await maria.sendJson('PATCH', `/api/entries/${file}`, { parent: folder });
    expect((await holder.send(content(file))).status).toBe(200);
    // Into another space: nobody there has shared it.
    const elsewhere = await newSpace(maria, `Elsewhere ${++count}`);
    expect((await maria.sendJson('PATCH', `/api/entries/${folder}`, { parent: elsewhere.id })).status).toBe(200);
    expect(refusal(await holder.send())).toEqual([410, 'link-target-gone']);
    expect(refusal(await holder.send(content(file)))).toEqual([410, 'link-target-gone']);
  });

  it('is over when what it leads to is in the trash, and is not revived by another one of its name', async () => {
    const { folder, file, name } = await freshFolder();
    const [ofFolder, ofFile] = [holding(await share({ entry: folder })), holding(await share({ entry: file }))];
    await maria.send(`/api/entries/${folder}`, { method: 'DELETE' });
    for (const holder of [ofFolder, ofFile]) {
      for (const path of ['', '/entries', content(file)]) {
        expect([path, refusal(await holder.send(path))]).toEqual([path, [410, 'link-target-gone']]);
      }
    }
    await put(maria, space, name, 'file.bin', BYTES);
    for (const holder of [ofFolder, ofFile]) expect(refusal(await holder.send())).toEqual([410, 'link-target-gone']);
    // Out of the trash it is the same one again.
    await maria.sendJson('POST', `/api/entries/${folder}/restore`, { conflict: 'rename' });
    expect((await ofFolder.send(content(file))).status).toBe(200);
    await maria.send(`/api/files/${file}?permanent=true`, { method: 'DELETE' });
    await put(maria, space, `${name} (1)`, 'file.bin', BYTES);
    expect(refusal(await ofFile.send())).toEqual([410, 'link-target-gone']);
    expect(refusal(await ofFolder.send(content(file)))).toEqual([404, 'file-not-found']);
  });

  it('is over when it is revoked, with the next request', async () => {
    const link = await share();
    const holder = holding(link);
    expect((await holder.send()).status).toBe(200);
    expect((await maria.send(`/api/share-links/${link.id}`, { method: 'DELETE' })).status).toBe(204);
    for (const path of ['', '/entries', content(film)])
      expect(refusal(await holder.send(path))).toEqual([410, 'link-revoked']);
    expect((await maria.send(`/api/share-links/${link.id}`, { method: 'DELETE' })).status).toBe(204);
    const change = await maria.sendJson('PATCH', `/api/share-links/${link.id}`, { title: 'Again' });
    expect(refusal(change)).toEqual([410, 'link-revoked']);
    // It stays, for those who look after it.
    expect((await maria.send(`/api/share-links/${link.id}`)).as(linkSchema).state).toBe('revoked');
  });

  it('is over when its time is, and goes on with a new one', async () => {
    const link = await share({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    const holder = holding(link);
    expect((await holder.send()).status).toBe(200);
    await query(product.databaseUrl, `UPDATE links SET expires_at = now() WHERE id = '${link.id}'`);
    for (const path of ['', '/entries', content(film)])
      expect(refusal(await holder.send(path))).toEqual([410, 'link-expired']);
    await maria.sendJson('PATCH', `/api/share-links/${link.id}`, { expiresAt: null });
    expect((await holder.send()).status).toBe(200);
    const past = await maria.sendJson('PATCH', `/api/share-links/${link.id}`, {
      expiresAt: '2020-01-01T00:00:00.000Z',
    });
    expect(refusal(past)).toEqual([400, 'invalid-request']);
  });

  it('is an address that is complete or nothing', async () => {
    const { slug } = await share();
    const request = await newLink(maria, { kind: 'request', entry: films });
    for (const wrong of [slug.slice(1), `${slug}A`, `A${slug.slice(1)}`, 'x', '..', '%00', "'; --"]) {
      for (const path of ['', '/entries', content(film)]) {
        const answer = await new Holder(product, encodeURIComponent(wrong)).send(path);
        expect([wrong, path, answer.status]).toEqual([wrong, path, 404]);
      }
    }
    // Of a request nothing can be read.
    for (const path of ['/entries', content(film)])
      expect(refusal(await new Holder(product, request.slug).send(path))).toEqual([404, 'link-not-found']);
  });
});

describe('a limit of downloads', () => {
  it('counts downloads that begin, and lets those go on that have', async () => {
    const link = await share({ maxDownloads: 2 });
    const holder = holding(link);
    const ranged = (range: string) => holder.send(content(film), { headers: { Range: range } });
    const counted = async () => (await maria.send(`/api/share-links/${link.id}`)).as(linkSchema).downloads;
    expect((await holder.send(content(film), { method: 'HEAD' })).status).toBe(200);
    expect((await holder.send(content(film), { headers: { 'If-None-Match': `"${film}"` } })).status).toBe(304);
    expect((await ranged('bytes=9999-')).status).toBe(416);
    expect(await counted()).toBe(0);
    expect((await ranged('bytes=0-99')).status).toBe(206);
    expect((await ranged('bytes=100-')).body.equals(BYTES.subarray(100))).toBe(true);
    expect(await counted()).toBe(1);
    expect((await holder.send(content(film))).status).toBe(200);
    expect(await counted()).toBe(2);
    expect(refusal(await holder.send(content(film)))).toEqual([410, 'link-used-up']);
    for (const path of ['', '/entries']) expect(refusal(await holder.send(path))).toEqual([410, 'link-used-up']);
    // The one that has begun goes on.
    expect((await ranged('bytes=4000-')).status).toBe(206);
    expect((await maria.send(`/api/share-links/${link.id}`)).as(linkSchema).state).toBe('used-up');
    await maria.sendJson('PATCH', `/api/share-links/${link.id}`, { maxDownloads: 3 });
    expect((await holder.send(content(film))).status).toBe(200);
  });

  it('is not passed by leaving out the first byte', async () => {
    const link = await share({ maxDownloads: 1 });
    const holder = holding(link);
    const { file } = await freshFolder();
    const other = await put(maria, space, 'films/2026', `tail ${++count}.bin`, BYTES);
    const tail = (id: string) => holder.send(content(id), { headers: { Range: 'bytes=1-' } });
    expect((await tail(film)).status).toBe(206);
    expect((await tail(film)).status).toBe(206);
    // Another file is another download.
    expect(refusal(await tail(other))).toEqual([410, 'link-used-up']);
    expect((await tail(file)).status).toBe(404);
    await query(product.databaseUrl, `UPDATE link_downloads SET at = now() - interval '2 days'`);
    expect(refusal(await tail(film))).toEqual([410, 'link-used-up']);
  });

  it('holds however many come at once', async () => {
    const link = await share({ maxDownloads: 5 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => holding(link).send(content(film))));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(5).fill(200), ...Array<number>(25).fill(410)]);
    expect((await maria.send(`/api/share-links/${link.id}`)).as(linkSchema).downloads).toBe(5);
  });
});

describe('every answer of a share', () => {
  it('runs nothing, frames nowhere, and is kept by nobody', async () => {
    const page = await put(maria, space, 'films', `page ${++count}.html`, Buffer.from('<script>alert(1)</script>'));
    const holder = holding(await share());
    for (const ask of [
      {},
      { method: 'HEAD' },
      { headers: { Range: 'bytes=0-3' } },
      { headers: { Range: 'bytes=99-' } },
    ]) {
      const { headers } = await holder.send(content(page), ask);
      expect(headers).toMatchObject({
        'content-disposition': expect.stringMatching(/^attachment/u),
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['cache-control']).toContain('no-store');
    }
    expect((await holder.send(content(page))).headers['content-type']).toBe('application/octet-stream');
    for (const path of ['', '/entries']) expect((await holder.send(path)).headers['cache-control']).toBe('no-store');
  });

  it('comes from the page under /s as well, which tells nothing and sends no referrer', async () => {
    const { slug } = await share();
    for (const path of [`/s/${slug}`, `/r/${slug}`, `/s/${'A'.repeat(43)}`]) {
      const page = await product.send(path, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
      expect([page.status, page.headers['referrer-policy'], page.headers['cache-control']]).toEqual([
        ...[200, 'no-referrer', 'no-store'],
      ]);
      expect(page.text).not.toContain(slug);
    }
    for (const path of [`/s/${slug}x`, `//s/${slug}`, `/s/${slug}/..`, `/s/%2e%2e`, `/S/${slug};a`, '/s', '/s/']) {
      const { status, text } = await product.send(path);
      expect([path, [401, 404].includes(status), text.includes('<!doctype')]).toEqual([path, true, false]);
    }
  });
});
