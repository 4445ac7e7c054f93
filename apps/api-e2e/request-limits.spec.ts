// The limits of file requests: which files, how many, by whom, and with which password.
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { linkAccessListSchema, linkSchema, sentResultSchema, type LinkWish } from '@stowage/contract';
import { query } from './support/database.js';
import { DropzoneUpload } from './support/dropzone.js';
import { BYTES, CHUNK, beginSending, file, postForm, sendChunk, sendFile } from './support/file-requests.js';
import { encodeForm } from './support/form.js';
import type { Answer } from './support/http.js';
import { Holder, entriesOf, entryAt, newLink } from './support/links.js';
import { Product } from './support/product.js';
import { newSpace } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const SECRET = 'purple monkey dishwasher';
let product: Product;
let maria: Visitor;
let space: string;
let inbox: string;
let count = 0;

beforeAll(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', PASSWORD);
  space = (await newSpace(maria, 'Film')).id;
});
afterAll(() => product.dispose());

/** A request into a folder of its own, and whoever holds it. */
async function requested(wanted: Partial<LinkWish> = {}, basic: string | null = null) {
  const name = `inbox ${++count}`;
  await maria.sendJson('POST', '/api/folders', { parent: space, path: name });
  inbox = await entryAt(maria, space, name);
  const link = await newLink(maria, { kind: 'request', entry: inbox, ...wanted });
  return { link, folder: inbox, holder: new Holder(product, link.slug, basic) };
}

const refusal = (answer: Answer) => [answer.status, answer.problem.code];
const names = async (folder: string) => (await entriesOf(maria, folder)).map(({ name }) => name);

const dropzone = (name: string, uuid?: string) =>
  new DropzoneUpload(product, { name, content: BYTES, chunkSize: CHUNK, ...(uuid === undefined ? {} : { uuid }) });

describe('the limits of a request', () => {
  it('refuse another kind of file before a byte is kept, however its name is written', async () => {
    const { holder, folder } = await requested({ allowedExtensions: ['jpg', 'tar'] });
    for (const name of ['a.jpg', 'b.JPG', 'c.png.jpg', 'd.jpg.', 'e.jpg. .', 'f.j\u200bpg']) {
      expect([name, (await sendFile(holder, name)).status]).toEqual([name, 201]);
    }
    for (const name of ['a.png', 'jpg', 'a.jpg.exe', 'a', '.', 'a.jpgx', 'a.exe. ', 'a.jpg.e\u200bxe']) {
      const answer = await sendFile(holder, name);
      expect([name, answer.status]).toEqual([name, 422]);
      if (name !== '.') expect(answer.problem.code).toBe('type-not-allowed');
    }
    expect(refusal(await beginSending(holder, { name: 'a.png', length: 5 }))).toEqual([422, 'type-not-allowed']);
    expect(refusal(await sendChunk(holder, dropzone('a.png'), 0))).toEqual([422, 'type-not-allowed']);
    expect(await names(folder)).toHaveLength(6);
  });

  it('refuse a file that is too large, declared or not', async () => {
    const { holder, folder } = await requested({ maxFileSize: 2000 });
    expect(refusal(await sendFile(holder, 'large.bin'))).toEqual([413, 'file-too-large']);
    expect(refusal(await sendChunk(holder, dropzone('large.bin'), 0))).toEqual([413, 'file-too-large']);
    expect(refusal(await beginSending(holder, { name: 'large.bin', length: 2001 }))).toEqual([413, 'file-too-large']);
    const path = String((await beginSending(holder, { name: 'open.bin', length: null })).headers.location);
    const append = { method: 'PATCH', headers: { 'Upload-Offset': 0 }, body: BYTES };
    expect(refusal(await holder.send(path, append))).toEqual([413, 'file-too-large']);
    // Of a form that does not say how long it is.
    const { contentType, body } = encodeForm([file('chunked.bin')]);
    const chunked = await holder.send(`/r/${holder.slug}/upload`, {
      ...{ method: 'POST', headers: { 'Content-Type': contentType }, body: Readable.from([body]) },
    });
    expect(refusal(chunked)).toEqual([413, 'file-too-large']);
    expect((await postForm(holder, [file('fits.bin', BYTES.subarray(0, 2000))])).status).toBe(201);
    expect(await names(folder)).toEqual(['fits.bin']);
  });

  it('refuse one file too many, however many begin at once', async () => {
    const { holder, folder, link } = await requested({ maxUploads: 3 });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => sendFile(holder, `file ${index}.bin`)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(refusal(answer)).toEqual([410, 'link-used-up']);
    }
    expect(await names(folder)).toHaveLength(3);
    expect(refusal(await holder.send())).toEqual([410, 'link-used-up']);
    expect((await maria.send(`/api/share-links/${link.id}`)).as(linkSchema)).toMatchObject({
      uploads: 3,
      state: 'used-up',
    });
  });

  it('count those that are under way, and give their places back', async () => {
    const { holder } = await requested({ maxUploads: 1 });
    const upload = dropzone('one.bin');
    // All its chunks at once: each of them is of the one upload.
    const first = await Promise.all([0, 1].map((index) => sendChunk(holder, upload, index)));
    expect(first.map(({ status }) => status)).toEqual([200, 200]);
    expect(refusal(await beginSending(holder, { name: 'two.bin', length: 5 }))).toEqual([410, 'link-used-up']);
    const { upload: begun } = first[0]?.as(sentResultSchema) ?? { upload: { id: '' } };
    expect((await holder.send(`/r/${holder.slug}/uploads/${begun.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await beginSending(holder, { name: 'two.bin', length: 5 })).status).toBe(201);
  });

  it('let one network have twenty unfinished ones', async () => {
    const { holder } = await requested();
    const paths = [];
    for (let index = 0; index < 20; index++) {
      const answer = await beginSending(holder, { name: `open ${index}.bin`, length: 5 });
      expect(answer.status).toBe(201);
      paths.push(String(answer.headers.location));
    }
    const refused = await beginSending(holder, { name: 'one more.bin', length: 5 });
    expect(refusal(refused)).toEqual([429, 'too-many-uploads']);
    expect(refused.headers['retry-after']).toBe('5');
    await holder.send(paths[0] ?? '', { method: 'DELETE' });
    expect((await beginSending(holder, { name: 'one more.bin', length: 5 })).status).toBe(201);
    // A day without a byte, not a week.
    const [row] = await query<{ hours: number }>(
      product.databaseUrl,
      `SELECT round(extract(epoch FROM expires_at - now()) / 3600)::integer AS hours FROM uploads WHERE name = 'one more.bin' AND ended_at IS NULL`,
    );
    expect(row?.hours).toBe(24);
  });

  it('are those of the space as well, of which a sender is told no figure', async () => {
    const { holder } = await requested();
    await maria.sendJson('PATCH', `/api/spaces/${space}`, { quota: 1 });
    const answer = await sendFile(holder, 'no room.bin');
    expect(refusal(answer)).toEqual([413, 'quota-exceeded']);
    expect(answer.text).not.toMatch(/\d+ bytes|are free/u);
    expect((await beginSending(holder, { name: 'no room.bin', length: 5000 })).problem.detail).not.toMatch(/\d/u);
    await maria.sendJson('PATCH', `/api/spaces/${space}`, { quota: null });
  });
});

describe('the password of a request', () => {
  it('is wanted by every upload, as Basic credentials or the cookie of the page', async () => {
    const { holder, link, folder } = await requested({ password: SECRET });
    const path = `/r/${holder.slug}/uploads/${'A'.repeat(22)}`;
    for (const answer of [
      await sendFile(holder, 'a.bin'),
      await sendFile(holder, 'a.bin', [], 'uploads'),
      await sendChunk(holder, dropzone('a.bin'), 0),
      await beginSending(holder, { name: 'a.bin', length: 5 }),
      await holder.send(path),
      await holder.send(path, { method: 'DELETE' }),
      await holder.send(`${path}/bytes`, { method: 'PUT', headers: { 'Content-Range': 'bytes 0-4/5' } }),
    ]) {
      expect(refusal(answer)).toEqual([401, 'link-password-needed']);
    }
    const wrong = await sendFile(new Holder(product, link.slug, 'wrong'), 'a.bin');
    expect(refusal(wrong)).toEqual([401, 'link-password-wrong']);
    expect(await query(product.databaseUrl, `SELECT 1 FROM uploads WHERE owner = 'link:${link.id}'`)).toEqual([]);
    expect((await sendFile(new Holder(product, link.slug, SECRET), 'basic.bin')).status).toBe(201);
    await holder.unlock(SECRET);
    expect((await sendFile(holder, 'cookie.bin')).status).toBe(201);
    expect(await names(folder)).toEqual(['basic.bin', 'cookie.bin']);
    // The cookie is sent by the browser, so a page of another origin could use it.
    const foreign = { Origin: 'https://evil.example' };
    expect(refusal(await postForm(holder, [file('evil.bin')], 'upload', foreign))).toEqual([403, 'origin-not-allowed']);
    // Changed while an upload is under way.
    const upload = dropzone('half.bin');
    expect((await sendChunk(holder, upload, 0)).status).toBe(200);
    await maria.sendJson('PATCH', `/api/share-links/${link.id}`, { password: 'another walrus' });
    expect(refusal(await sendChunk(holder, upload, 1))).toEqual([401, 'link-password-needed']);
    await holder.unlock('another walrus');
    expect((await sendChunk(holder, upload, 1)).status).toBe(200);
  });
});

describe('the name of a sender', () => {
  it('stands beside the file, for those who read the folder', async () => {
    const { holder, folder, link } = await requested({ askName: true });
    expect(refusal(await sendFile(holder, 'nameless.bin'))).toEqual([422, 'sender-needed']);
    expect(refusal(await beginSending(holder, { name: 'nameless.bin', length: 5 }))).toEqual([422, 'sender-needed']);
    expect((await sendFile(holder, 'a.bin', [{ name: 'sender', value: ' Ana ' }])).status).toBe(201);
    const empty = await beginSending(holder, { name: 'b.bin', length: 0, sender: 'Bo <script>' });
    expect(empty.status).toBe(201);
    for (const sender of ['x'.repeat(121), 'a\u0007b']) {
      expect((await sendFile(holder, 'c.bin', [{ name: 'sender', value: sender }])).status).toBe(400);
    }
    const senders = (await entriesOf(maria, folder)).map((entry) => entry.kind === 'file' && entry.sender);
    expect(senders).toEqual(['Ana', 'Bo <script>']);
    const { accesses } = (await maria.send(`/api/share-links/${link.id}/accesses`)).as(linkAccessListSchema);
    expect(accesses.map(({ action, name, sender, network }) => [action, name, sender, network])).toEqual([
      ['uploaded', 'b.bin', 'Bo <script>', '127.0.0.0/24'],
      ['uploaded', 'a.bin', 'Ana', '127.0.0.0/24'],
    ]);
  });
});
