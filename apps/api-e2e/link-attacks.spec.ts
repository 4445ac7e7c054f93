// What somebody tries who holds a link and wants more than it gives: what lies beside it, what has left it, one more download
// than there may be, another way to write its address.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sentResultSchema } from '@stowage/contract';
import { encodeForm } from './support/form.js';
import type { Answer, Ask } from './support/http.js';
import { Holder, basicPassword, entriesOf, entryAt, newLink, put } from './support/links.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { newSpace } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const SECRET = 'purple monkey dishwasher';
const BYTES = new Random('link attacks').bytes(5000);
let product: Product;
let maria: Visitor;
let space: string;
let count = 0;

beforeAll(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', 'a walrus in the kitchen');
  space = (await newSpace(maria, 'Film')).id;
});
afterAll(() => product.dispose());

const refusal = (answer: Answer) => [answer.status, answer.problem.code];
const content = (id: string) => `/files/${id}/content`;

/** A folder with two files in it, in one below. */
async function films() {
  const name = `films ${++count}`;
  const first = await put(maria, space, `${name}/2026`, 'first.bin', BYTES);
  const second = await put(maria, space, `${name}/2026`, 'second.bin', BYTES);
  const folder = await entryAt(maria, space, name);
  return { name, folder, below: await entryAt(maria, folder, '2026'), first, second };
}

/** Every way to read something of a file that is shared. */
const WAYS: readonly (readonly [string, (id: string) => { path: string; ask?: Ask }])[] = [
  ['whole', (id) => ({ path: content(id) })],
  ['headers', (id) => ({ path: content(id), ask: { method: 'HEAD' } })],
  ['its end', (id) => ({ path: content(id), ask: { headers: { Range: 'bytes=-1' } } })],
  ['all but a byte', (id) => ({ path: content(id), ask: { headers: { Range: 'bytes=1-' } } })],
  ['past its end', (id) => ({ path: content(id), ask: { headers: { Range: 'bytes=99999-' } } })],
  ['several ranges', (id) => ({ path: content(id), ask: { headers: { Range: 'bytes=0-1,5-6' } } })],
  ['whether it is new', (id) => ({ path: content(id), ask: { headers: { 'If-None-Match': '*' } } })],
  ['a ZIP file', (id) => ({ path: `/zip?entries=${id}` })],
  ['headers of a ZIP file', (id) => ({ path: `/zip?entries=${id}`, ask: { method: 'HEAD' } })],
];

/** What each way answers, and which of them tell anything of the file. */
async function tried(holder: Holder, id: string) {
  const answers: Record<string, number> = {};
  for (const [way, make] of WAYS) {
    const { path, ask } = make(id);
    const { status, headers } = await holder.send(path, ask);
    answers[way] = status;
    for (const header of ['etag', 'content-range', 'content-disposition', 'last-modified', 'repr-digest']) {
      if (status >= 400) expect([way, header, headers[header]]).toEqual([way, header, undefined]);
    }
  }
  return answers;
}
const all = (status: number) => Object.fromEntries(WAYS.map(([way]) => [way, status]));

describe('what a share leads to no more', () => {
  it('tells nothing in any way, though it was being downloaded', async () => {
    const { folder, below, first } = await films();
    const holder = new Holder(product, (await newLink(maria, { kind: 'share', entry: folder })).slug);
    expect((await holder.send(content(first))).status).toBe(200);
    const beside = await entryAt(maria, space, (await films()).name);
    await maria.sendJson('PATCH', `/api/entries/${first}`, { parent: beside });
    expect(await tried(holder, first)).toEqual(all(404));
    // The folder that it is in, and back.
    await maria.sendJson('PATCH', `/api/entries/${first}`, { parent: below });
    expect((await holder.send(content(first), { headers: { Range: 'bytes=1-' } })).status).toBe(206);
    await maria.sendJson('PATCH', `/api/entries/${below}`, { parent: beside, name: `moved ${++count}` });
    expect(await tried(holder, first)).toEqual(all(404));
    expect(refusal(await holder.send(`/entries?folder=${below}`))).toEqual([404, 'folder-not-found']);
    // Into the trash, with what is above it.
    await maria.sendJson('PATCH', `/api/entries/${below}`, { parent: folder });
    await maria.send(`/api/entries/${below}`, { method: 'DELETE' });
    expect(await tried(holder, first)).toEqual(all(404));
    expect(refusal(await holder.send(`/entries?folder=${below}`))).toEqual([404, 'folder-not-found']);
  });

  it('is not reached by ids of others, alone or beside those that are shared', async () => {
    const [mine, other] = [await films(), await films()];
    const elsewhere = await put(maria, (await newSpace(maria, 'Elsewhere')).id, '', 'secret.bin', BYTES);
    const holder = new Holder(product, (await newLink(maria, { kind: 'share', entry: mine.folder })).slug);
    for (const id of [other.first, elsewhere]) expect(await tried(holder, id)).toEqual(all(404));
    for (const id of [other.first, other.folder, elsewhere, space]) {
      for (const ids of [`${mine.first},${id}`, `${id},${mine.first}`, id]) {
        expect([ids, refusal(await holder.send(`/zip?entries=${ids}`))]).toEqual([ids, [404, 'entry-not-found']]);
      }
    }
    // Nor by a cursor of another folder, which only says where a page begins.
    const page = await maria.send(`/api/folders/${other.below}/entries?limit=1`);
    const { next } = JSON.parse(page.text) as { next: string };
    const answer = await holder.send(`/entries?folder=${mine.below}&cursor=${encodeURIComponent(next)}`);
    expect([200, 400]).toContain(answer.status);
    expect(answer.text).not.toContain(other.second);
  });
});

describe('a share that is used up', () => {
  it('tells nothing in any way of a file that was never downloaded', async () => {
    const { folder, first, second } = await films();
    const link = await newLink(maria, { kind: 'share', entry: folder, maxDownloads: 1 });
    const holder = new Holder(product, link.slug);
    expect((await holder.send(content(first))).status).toBe(200);
    expect(await tried(holder, second)).toEqual(all(410));
    for (const path of ['', '/entries', '/zip']) {
      expect([path, refusal(await holder.send(path))]).toEqual([path, [410, 'link-used-up']]);
    }
    // What has begun goes on, with the headers that going on needs.
    expect((await holder.send(content(first), { headers: { Range: 'bytes=1-' } })).status).toBe(206);
    expect((await holder.send(content(first), { method: 'HEAD' })).status).toBe(200);
    expect(refusal(await holder.send(content(first)))).toEqual([410, 'link-used-up']);
  });

  it('is not used up by looking at headers, or by what is refused', async () => {
    const { folder, first } = await films();
    const link = await newLink(maria, { kind: 'share', entry: folder, maxDownloads: 1 });
    const holder = new Holder(product, link.slug);
    for (const ask of [
      { method: 'HEAD' },
      { headers: { Range: 'bytes=99999-' } },
      { headers: { 'If-None-Match': '*' } },
      { method: 'HEAD', headers: { Range: 'bytes=0-1' } },
    ]) {
      expect([200, 206, 304, 416]).toContain((await holder.send(content(first), ask)).status);
    }
    expect((await holder.send('/zip', { method: 'HEAD' })).status).toBe(200);
    expect((await holder.send(content('A'.repeat(22)))).status).toBe(404);
    expect((await holder.send(content(first))).body.equals(BYTES)).toBe(true);
  });
});

describe('an upload by a request', () => {
  const begin = (holder: Holder) =>
    holder.send(`/r/${holder.slug}/uploads`, {
      ...{ method: 'POST', headers: { 'Content-Type': 'application/json' } },
      body: JSON.stringify({ name: `sent ${++count}.bin`, length: 10 }),
    });
  const bytes = (holder: Holder, path: string, start: number) =>
    holder.send(`${path}/bytes`, {
      ...{ method: 'PUT', headers: { 'Content-Range': `bytes ${start}-${start + 4}/10` } },
      body: BYTES.subarray(start, start + 5),
    });

  it('goes on with the password of now, and not with that of before, in whatever way it was shown', async () => {
    const { folder } = await films();
    const link = await newLink(maria, { kind: 'request', entry: folder, password: SECRET });
    const [page, program] = [new Holder(product, link.slug), new Holder(product, link.slug, SECRET)];
    await page.unlock(SECRET);
    const [ofPage, ofProgram] = [await begin(page), await begin(program)].map(({ headers }) =>
      String(headers.location),
    );
    expect((await bytes(page, ofPage ?? '', 0)).status).toBe(200);
    expect((await bytes(program, ofProgram ?? '', 0)).status).toBe(200);
    await maria.sendJson('PATCH', `/api/share-links/${link.id}`, { password: 'another walrus' });
    expect(refusal(await bytes(page, ofPage ?? '', 5))).toEqual([401, 'link-password-needed']);
    expect(refusal(await bytes(program, ofProgram ?? '', 5))).toEqual([401, 'link-password-wrong']);
    const now = new Holder(product, link.slug, 'another walrus');
    const done = (await bytes(now, ofPage ?? '', 5)).as(sentResultSchema);
    expect([done.complete, done.file?.size]).toEqual([true, 10]);
  });

  it('follows its folder in the space, and ends with the folder in another one', async () => {
    const [{ folder }, { folder: above }] = [await films(), await films()];
    const holder = new Holder(product, (await newLink(maria, { kind: 'request', entry: folder })).slug);
    const [first, second] = [await begin(holder), await begin(holder)].map(({ headers }) => String(headers.location));
    await bytes(holder, first ?? '', 0);
    await maria.sendJson('PATCH', `/api/entries/${folder}`, { parent: above });
    expect((await bytes(holder, first ?? '', 5)).status).toBe(201);
    expect((await entriesOf(maria, folder)).map(({ name }) => name)).toContain(`sent ${count - 1}.bin`);
    await bytes(holder, second ?? '', 0);
    const elsewhere = await newSpace(maria, `Elsewhere ${++count}`);
    expect((await maria.sendJson('PATCH', `/api/entries/${folder}`, { parent: elsewhere.id })).status).toBe(200);
    expect(refusal(await bytes(holder, second ?? '', 5))).toEqual([410, 'link-target-gone']);
  });

  it('is nobody’s who has an account, by the routes of accounts or by the link of another kind', async () => {
    const { folder } = await films();
    const request = new Holder(product, (await newLink(maria, { kind: 'request', entry: folder })).slug);
    const share = await newLink(maria, { kind: 'share', entry: folder });
    const path = String((await begin(request)).headers.location);
    const id = path.split('/').at(-1) ?? '';
    for (const [method, rest] of [
      ['GET', ''],
      ['HEAD', ''],
      ['PUT', '/bytes'],
      ['POST', '/complete'],
      ['DELETE', ''],
    ] as const) {
      const answer = await request.send(`/r/${share.slug}/uploads/${id}${rest}`, { method });
      expect([method, rest, answer.status]).toEqual([method, rest, 404]);
    }
    expect((await request.send(path)).status).toBe(200);
  });
});

describe('the address of a link', () => {
  it('lets nothing be written through a share, nor be read through a request, whatever method is named', async () => {
    const { folder, first } = await films();
    const share = new Holder(product, (await newLink(maria, { kind: 'share', entry: folder })).slug);
    const request = new Holder(product, (await newLink(maria, { kind: 'request', entry: folder })).slug);
    const paths = ['', '/entries', content(first), '/zip'];
    for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'TRACE', 'PROPFIND']) {
      for (const path of paths) expect([401, 404, 405, 501]).toContain((await share.send(path, { method })).status);
    }
    for (const path of paths.slice(1)) {
      for (const headers of [{}, { 'X-HTTP-Method-Override': 'GET' }, { 'X-Original-URL': `/api/files/${first}` }]) {
        expect((await request.send(path, { headers })).status).toBe(404);
      }
      expect((await request.send(path, { method: 'HEAD' })).status).toBe(404);
    }
    expect((await entriesOf(maria, folder)).map(({ name }) => name)).toEqual(['2026']);
  });

  it('says the same however it is written, and is never a page of something else', async () => {
    const { folder, first } = await films();
    const { slug } = await newLink(maria, { kind: 'share', entry: folder, password: SECRET });
    const base = `/api/links/${slug}`;
    for (const path of [
      ...[`${base}/entries/`, `/API/LINKS/${slug}/Entries`, `//api/links/${slug}/entries`, `${base}//entries`],
      ...[`${base}/./entries`, `${base}/x/../entries`, `${base}/%65ntries`, `${base}/entries;x`, `${base}%2fentries`],
      ...[`${base}/files/${first}/content/`, `${base}/files/..%2f${first}/content`, `${base}/files/${first}/CONTENT`],
      ...[`${base}/files/x/../${first}/content`, `${base}/zip/`, `${base}/ZIP`, `${base}%00/zip`, `${base}\\zip`],
      ...[`/s/${slug}/../../api/links/${slug}/entries`, `/s/${slug}/entries`, `/r/${slug}/entries`, `/s/${slug}%2f..`],
    ]) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await product.send(path, { method });
        expect([method, path, [400, 401, 404].includes(answer.status)]).toEqual([method, path, true]);
      }
    }
    // With other letters it is another one.
    const swapped = slug.replace(/[a-z]/iu, (letter) =>
      letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
    );
    for (const wrong of [swapped, slug.slice(1), `${slug}A`, `${slug}%0a`, `${slug}=`, '%00'.repeat(43)]) {
      const answer = await product.send(`/api/links/${wrong}`, { headers: basicPassword(SECRET) });
      expect([wrong, ...refusal(answer)]).toEqual([wrong, 404, 'link-not-found']);
    }
  });

  it('of a form that names another place is still that of its own folder', async () => {
    const [mine, other] = [await films(), await films()];
    const holder = new Holder(product, (await newLink(maria, { kind: 'request', entry: mine.folder })).slug);
    const { contentType, body } = encodeForm([
      ...[
        { name: 'folder', value: other.folder },
        { name: 'space', value: (await newSpace(maria, `Another ${++count}`)).id },
        { name: 'owner', value: 'link:x' },
        { name: 'link', value: 'x' },
      ],
      { name: 'file', value: BYTES, fileName: 'here.bin' },
    ]);
    const answer = await holder.send(`/r/${holder.slug}/upload?folder=${other.folder}`, {
      ...{ method: 'POST', headers: { 'Content-Type': contentType }, body },
    });
    expect(answer.status).toBe(201);
    expect((await entriesOf(maria, mine.folder)).map(({ name }) => name)).toContain('here.bin');
    expect((await entriesOf(maria, other.folder)).map(({ name }) => name)).not.toContain('here.bin');
  });
});
