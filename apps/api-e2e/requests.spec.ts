// File requests: whoever holds one may upload into a folder, in every protocol, and sees nothing of it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { heldLinkSchema, linkSchema, sentResultSchema, sentStatusSchema, type LinkWish } from '@stowage/contract';
import { query } from './support/database.js';
import { DropzoneUpload } from './support/dropzone.js';
import { BYTES, CHUNK, beginSending, file, sendChunk, sendFile } from './support/file-requests.js';
import { encodeForm } from './support/form.js';
import type { Answer } from './support/http.js';
import { Holder, entriesOf, entryAt, newLink, put } from './support/links.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { newSpace } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const SECRET = 'purple monkey dishwasher';
const random = new Random('requests');
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

describe('a file request', () => {
  it('tells what is wanted, and nothing of the folder', async () => {
    const { holder } = await requested({
      title: 'Photos',
      maxUploads: 5,
      maxFileSize: 5000,
      allowedExtensions: ['JPG'],
    });
    const held = (await holder.send()).as(heldLinkSchema);
    expect(held).toEqual({
      ...{ kind: 'request', locked: false, expiresAt: null, title: 'Photos', note: '', askName: false },
      ...{ uploadPassword: false, uploadsLeft: 5, maxFileSize: 5000, allowedExtensions: ['jpg'] },
    });
  });

  it('takes a plain form, at both of its addresses', async () => {
    const { holder, folder, link } = await requested();
    for (const to of ['upload', 'uploads']) {
      const answer = await sendFile(holder, `plain ${to}.bin`, [], to);
      expect(answer.status).toBe(201);
      const result = answer.as(sentResultSchema);
      expect(result.file).toMatchObject({ name: `plain ${to}.bin`, size: BYTES.length });
      expect(Object.keys(JSON.parse(answer.text) as object).sort()).toEqual(['complete', 'file', 'upload']);
    }
    expect(await names(folder)).toEqual(['plain upload.bin', 'plain uploads.bin']);
    expect((await maria.send(`/api/share-links/${link.id}`)).as(linkSchema).uploads).toBe(2);
  });

  it('takes chunks of Dropzone, in any order, twice and at once', async () => {
    const { holder, folder } = await requested();
    const upload = dropzone('film.bin');
    const answers = await Promise.all([2, 0, 1, 1, 0].map((index) => sendChunk(holder, upload, index)));
    expect(answers.every(({ status }) => status < 300)).toBe(true);
    const last = (await sendChunk(holder, upload, 1)).as(sentResultSchema);
    expect([last.complete, last.file?.size]).toEqual([true, BYTES.length]);
    const [entry] = await entriesOf(maria, folder);
    expect((await maria.send(`/api/files/${entry?.id ?? ''}/content`)).body.equals(BYTES)).toBe(true);
  });

  it('takes chunks, ranges and appends over REST, and tells how far they are', async () => {
    const { holder, folder } = await requested();
    const begun = await beginSending(holder, { name: 'rest.bin', length: BYTES.length, chunkSize: CHUNK });
    expect(begun.status).toBe(201);
    const path = String(begun.headers.location);
    expect(path).toMatch(new RegExp(`^/r/${holder.slug}/uploads/[\\w-]{22,}$`, 'u'));
    expect(
      (await holder.send(`${path}/chunks/1`, { method: 'PUT', body: BYTES.subarray(CHUNK, 2 * CHUNK) })).status,
    ).toBe(200);
    const append = { method: 'PATCH', headers: { 'Upload-Offset': 0 }, body: BYTES.subarray(0, CHUNK) };
    expect((await holder.send(path, append)).status).toBe(200);
    const status = (await holder.send(path)).as(sentStatusSchema);
    expect([status.offset, status.missing]).toEqual([2 * CHUNK, [{ start: 2 * CHUNK, end: 3 * CHUNK }]]);
    expect((await holder.send(path, { method: 'HEAD' })).headers['upload-offset']).toBe(String(2 * CHUNK));
    const range = { 'Content-Range': `bytes ${2 * CHUNK}-${3 * CHUNK - 1}/${3 * CHUNK}` };
    const last = await holder.send(`${path}/bytes`, { method: 'PUT', headers: range, body: BYTES.subarray(2 * CHUNK) });
    expect([last.status, last.as(sentResultSchema).file?.name]).toEqual([201, 'rest.bin']);
    // Without a length, by appends.
    const open = String((await beginSending(holder, { name: 'open.bin', length: null })).headers.location);
    await holder.send(open, { ...append, body: BYTES });
    expect((await holder.send(`${open}/complete`, { method: 'POST' })).status).toBe(201);
    // And one that is given up.
    const other = String((await beginSending(holder, { name: 'other.bin', length: 5 })).headers.location);
    expect((await holder.send(other, { method: 'DELETE' })).status).toBe(204);
    expect(
      refusal(
        await holder.send(`${other}/bytes`, {
          method: 'PUT',
          headers: { 'Content-Range': 'bytes 0-4/5' },
          body: 'abcde',
        }),
      ),
    ).toEqual([...[410, 'upload-cancelled']]);
    expect(await names(folder)).toEqual(['open.bin', 'rest.bin']);
    for (const wrong of [{ space }, { folder }, { conflict: 'replace' }, { owner: 'x' }]) {
      expect(refusal(await beginSending(holder, { name: 'x', length: 5, ...wrong }))).toEqual([400, 'invalid-request']);
    }
  });

  it('never says whether a name is taken, nor replaces what is there, whatever a form says', async () => {
    const { holder, folder } = await requested();
    const there = await put(maria, space, `inbox ${count}`, 'there.bin', random.bytes(10));
    await put(maria, space, `inbox ${count}`, 'a file', random.bytes(10));
    const shape = (answer: Answer) => [answer.status, answer.as(sentResultSchema).file?.name];
    for (const name of ['there.bin', 'THERE.BIN', 'new.bin']) {
      const fields = [
        { name: 'conflict', value: 'replace' },
        { name: 'space', value: 'A'.repeat(22) },
      ];
      expect(shape(await sendFile(holder, name, fields))).toEqual([201, name]);
    }
    // A folder of the name of a file, and one that is there.
    expect(shape(await sendFile(holder, 'x.bin', [{ name: 'path', value: 'a file/below' }]))).toEqual([201, 'x.bin']);
    expect(shape(await sendFile(holder, 'y.bin', [{ name: 'path', value: 'a file/below' }]))).toEqual([201, 'y.bin']);
    expect(shape(await sendFile(holder, 'a file'))).toEqual([201, 'a file']);
    expect((await names(folder)).sort()).toEqual(
      ['THERE (2).BIN', 'a file', 'a file (1)', 'a file (2)', 'new.bin', 'there (1).bin', 'there.bin'].sort(),
    );
    expect(await names(await entryAt(maria, folder, 'a file (1)', 'below'))).toEqual(['x.bin', 'y.bin']);
    expect((await maria.send(`/api/files/${there}/content`)).body).toHaveLength(10);
    for (const path of ['../x', '/x', 'a/../b']) {
      expect((await sendFile(holder, 'z.bin', [{ name: 'path', value: path }])).status).toBe(422);
    }
  });

  it('lets nobody see, list or read, and two who hold it nothing of each other', async () => {
    const { holder } = await requested();
    const { holder: stranger } = await requested();
    const path = String((await beginSending(holder, { name: 'mine.bin', length: 5 })).headers.location);
    const id = path.split('/').at(-1) ?? '';
    // By another request, even of the same space.
    for (const [method, ask] of [
      ['GET', ''],
      ['DELETE', ''],
      ['PATCH', ''],
      ['PUT', '/chunks/0'],
      ['PUT', '/bytes'],
      ['POST', '/complete'],
    ] as const) {
      const headers = { 'Upload-Offset': 0, 'Content-Range': 'bytes 0-4/5' };
      const answer = await stranger.send(`/r/${stranger.slug}/uploads/${id}${ask}`, { method, headers });
      expect([method, ask, ...refusal(answer)]).toEqual([method, ask, 404, 'upload-not-found']);
    }
    for (const address of [`/r/${holder.slug}/uploads`, `/r/${holder.slug}/upload`]) {
      expect((await holder.send(address)).status).not.toBe(200);
    }
    for (const elsewhere of ['/entries', '/zip', `/files/${id}/content`]) {
      expect((await holder.send(elsewhere)).status).toBeGreaterThanOrEqual(400);
    }
    expect((await product.send(`/api/uploads/${id}`)).status).toBe(401);
    // A key that could be guessed is refused: it is what tells two holders apart.
    expect(refusal(await beginSending(holder, { name: 'x', length: 5 }, { 'Idempotency-Key': 'short' }))).toEqual([
      400,
      'invalid-field',
    ]);
    expect(refusal(await sendChunk(holder, dropzone('x.bin', 'short'), 0))).toEqual([400, 'invalid-field']);
    expect(
      (await beginSending(holder, { name: 'x', length: 5 }, { 'Idempotency-Key': 'as-long-as-is-needed' })).status,
    ).toBe(201);
  });

  it('is over with the next chunk when it is revoked or its time is over, and leaves nothing', async () => {
    for (const [end, code] of [
      [(id: string) => maria.send(`/api/share-links/${id}`, { method: 'DELETE' }), 'link-revoked'],
      [
        (id: string) => query(product.databaseUrl, `UPDATE links SET expires_at = now() WHERE id = '${id}'`),
        'link-expired',
      ],
      [() => maria.send(`/api/entries/${inbox}`, { method: 'DELETE' }), 'link-target-gone'],
    ] as const) {
      const { holder, link, folder } = await requested();
      const upload = dropzone(`half ${++count}.bin`);
      expect((await sendChunk(holder, upload, 0)).status).toBe(200);
      const rest = String((await beginSending(holder, { name: 'rest.bin', length: 5 })).headers.location);
      await end(link.id);
      expect(refusal(await sendChunk(holder, upload, 1))).toEqual([410, code]);
      expect(refusal(await holder.send(rest))).toEqual([410, code]);
      expect(refusal(await holder.send(rest, { method: 'DELETE' }))).toEqual([410, code]);
      expect(refusal(await beginSending(holder, { name: 'new', length: 5 }))).toEqual([410, code]);
      if (code !== 'link-target-gone') expect(await names(folder)).toEqual([]);
      if (code !== 'link-revoked') continue;
      // Whoever ends what has expired gives back what they had reserved.
      const going = `SELECT 1 FROM uploads WHERE owner = 'link:${link.id}' AND state = 'receiving' AND expires_at > now()`;
      expect(await query(product.databaseUrl, going)).toEqual([]);
    }
  });

  it('revoked between the last byte and its end makes no file', async () => {
    const { holder, link, folder } = await requested();
    const upload = dropzone('late.bin');
    await sendChunk(holder, upload, 0);
    await sendChunk(holder, upload, 1);
    // As if the revocation came while the last request was let through already.
    const [answer] = await Promise.all([
      sendChunk(holder, upload, 2),
      query(product.databaseUrl, `UPDATE links SET revoked_at = now() WHERE id = '${link.id}'`),
    ]);
    const there = await names(folder);
    expect(answer.status === 201 ? there.length : 0).toBe(there.length);
    if (answer.status !== 201) expect([403, 410]).toContain(answer.status);
  });
});

describe('whatever way an address is written', () => {
  it('the verdict is the same', async () => {
    const { holder, folder } = await requested({ password: SECRET });
    const form = encodeForm([file('x.bin')]);
    for (const path of [
      ...[
        `/r/${holder.slug}/upload/`,
        `/R/${holder.slug}/UPLOAD`,
        `/r/${holder.slug}/upload?password=${encodeURIComponent(SECRET)}`,
      ],
      ...[
        `//r/${holder.slug}/upload`,
        `/r/${holder.slug}/upload;x`,
        `/r/${holder.slug}/%75pload`,
        `/r/${holder.slug}//upload`,
      ],
      ...[`/r/${holder.slug}/../upload`, `/r/./${holder.slug}/upload`, `/r/${holder.slug}/uploads/../upload`],
    ]) {
      const answer = await product.send(path, {
        ...{ method: 'POST', headers: { 'Content-Type': form.contentType }, body: form.body },
      });
      expect([path, [401, 404].includes(answer.status)]).toEqual([path, true]);
      const override = { 'Content-Type': form.contentType, 'X-HTTP-Method-Override': 'GET' };
      const other = await product.send(path, { method: 'POST', headers: override, body: form.body });
      expect([path, other.status]).toEqual([path, answer.status]);
    }
    expect(await names(folder)).toEqual([]);
  });
});
