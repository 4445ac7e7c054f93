// A password for uploads: a space or folder wants it from whoever begins one, account or not, in every protocol.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { heldLinkSchema, uploadPasswordSchema } from '@stowage/contract';
import { query } from './support/database.js';
import { DropzoneUpload } from './support/dropzone.js';
import { encodeForm, type Part } from './support/form.js';
import type { Answer, Ask } from './support/http.js';
import { Holder, entriesOf, entryAt, newLink } from './support/links.js';
import { program, somebody } from './support/people.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { newSpace, setRole } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const SECRET = 'purple monkey dishwasher';
const CHUNK = 1000;
const BYTES = new Random('upload passwords').bytes(2 * CHUNK);
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
const setPassword = (id: string, password: string | null, by = maria) =>
  by.sendJson('PUT', `/api/entries/${id}/upload-password`, { password });
const look = async (id: string) => (await maria.send(`/api/entries/${id}/upload-password`)).as(uploadPasswordSchema);

async function newFolder(path = `folder ${++count}`, parent = space): Promise<string> {
  await maria.sendJson('POST', '/api/folders', { parent, path });
  return entryAt(maria, parent, ...path.split('/'));
}

async function locked(): Promise<string> {
  const folder = await newFolder();
  expect((await setPassword(folder, SECRET)).status).toBe(204);
  return folder;
}

const field = (name: string, value: string): Part => ({ name, value });
function post(by: Pick<Visitor, 'send'>, parts: readonly Part[], path = '/upload', headers: Ask['headers'] = {}) {
  const { contentType, body } = encodeForm(parts);
  return by.send(path, { method: 'POST', headers: { 'Content-Type': contentType, ...headers }, body });
}
const file = (): Part => ({ name: 'file', value: BYTES, fileName: `file ${++count}.bin` });
function begin(folder: string, headers: Ask['headers'] = {}, wanted: object = {}): Promise<Answer> {
  return maria.send('/api/uploads', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    // Not as text, with which Node would encode the headers as well.
    body: Buffer.from(JSON.stringify({ name: `rest ${++count}.bin`, length: 5, folder, ...wanted })),
  });
}
const uploads = async () => (await query(product.databaseUrl, 'SELECT 1 FROM uploads')).length;

describe('a password for uploads', () => {
  it('is wanted by every upload into the folder, and a wrong one leaves nothing', async () => {
    const folder = await locked();
    const before = await uploads();
    const into = field('folder', folder);
    for (const [password, code] of [
      [null, 'upload-password-needed'],
      ['', 'upload-password-needed'],
      ['wrong', 'upload-password-wrong'],
      [`${SECRET}x`, 'upload-password-wrong'],
    ] as const) {
      const fields = password === null ? [into] : [into, field('password', password)];
      const chunk = new DropzoneUpload(product, { name: 'x.bin', content: BYTES, chunkSize: CHUNK });
      for (const answer of [
        await post(maria, [...fields, file()]),
        await post(maria, [...fields, ...chunk.parts(0)]),
        await post(maria, [...fields, ...chunk.parts(1)]),
        await begin(folder, password === null ? {} : { 'Stowage-Upload-Password': password }),
      ]) {
        expect([password, ...refusal(answer)]).toEqual([password, 403, code]);
      }
    }
    expect(await uploads()).toBe(before);
    expect(await entriesOf(maria, folder)).toEqual([]);
    expect((await post(maria, [into, field('password', SECRET), file()])).status).toBe(201);
    expect((await post(maria, [into, file()], '/upload', { 'Stowage-Upload-Password': SECRET })).status).toBe(201);
    expect((await begin(folder, { 'Stowage-Upload-Password': SECRET })).status).toBe(201);
    const { visitor } = await program(product, maria, ['uploads:write']);
    expect(refusal(await post(visitor, [into, file()]))).toEqual([403, 'upload-password-needed']);
  });

  it('is shown once: an upload that has begun goes on without it, and after it has changed', async () => {
    const folder = await locked();
    const chunk = new DropzoneUpload(product, { name: 'once.bin', content: BYTES, chunkSize: CHUNK });
    const into = field('folder', folder);
    expect((await post(maria, [into, field('password', SECRET), ...chunk.parts(0)])).status).toBe(200);
    await setPassword(folder, 'another walrus');
    expect((await post(maria, [into, ...chunk.parts(1)])).status).toBe(201);
    expect(refusal(await post(maria, [into, field('password', SECRET), file()]))).toEqual([
      403,
      'upload-password-wrong',
    ]);
    await setPassword(folder, null);
    expect((await post(maria, [into, file()])).status).toBe(201);
  });

  it('of the nearest folder counts, by id or by path, in any case', async () => {
    const outer = await locked();
    const inner = await newFolder('inner/deep', outer);
    expect(await look(inner)).toEqual({ wanted: true, from: outer });
    expect((await begin(inner, { 'Stowage-Upload-Password': SECRET })).status).toBe(201);
    await setPassword(inner, 'inner walrus here');
    expect(await look(inner)).toEqual({ wanted: true, from: inner });
    expect(refusal(await begin(inner, { 'Stowage-Upload-Password': SECRET }))).toEqual([403, 'upload-password-wrong']);
    expect((await begin(inner, { 'Stowage-Upload-Password': 'inner walrus here' })).status).toBe(201);
    for (const path of ['INNER/Deep', 'inner/deep/new/below', 'inner/deep/']) {
      expect([path, ...refusal(await begin(outer, { 'Stowage-Upload-Password': SECRET }, { path }))]).toEqual([
        ...[path, 403, 'upload-password-wrong'],
      ]);
    }
    expect((await begin(outer, { 'Stowage-Upload-Password': SECRET }, { path: 'inner/else' })).status).toBe(201);
    // An upload that was begun elsewhere does not get in by its end.
    const free = await newFolder();
    const [path] = [String((await begin(free, {}, { length: null })).headers.location)];
    await maria.send(path, { method: 'PATCH', headers: { 'Upload-Offset': 0 }, body: BYTES });
    expect(refusal(await maria.sendJson('POST', `${path}/complete`, { folder: inner }))).toEqual([
      ...[403, 'upload-password-needed'],
    ]);
    expect((await maria.send(`${path}/complete`, { method: 'POST' })).status).toBe(201);
  });

  it('says which of the folders that were named wants it, and no more', async () => {
    const outer = await locked();
    await setPassword(await newFolder('Plain/Guarded/below', outer), 'another walrus');
    const guarded = await entryAt(maria, outer, 'Plain', 'Guarded');
    await setPassword(guarded, 'inner walrus here');
    const link = await newLink(maria, { kind: 'request', entry: outer });
    const holder = new Holder(product, link.slug);
    const asked = async (path: string, password?: string) => {
      const parts = [field('path', path), ...(password === undefined ? [] : [field('password', password)]), file()];
      const answers = [
        await post(maria, [field('folder', outer), ...parts]),
        await post(holder, parts, `/r/${link.slug}/upload`),
        await begin(outer, password === undefined ? {} : { 'Stowage-Upload-Password': password }, { path }),
      ];
      return answers.map(({ problem }) => `${problem.code} ${problem.folder ?? 'unsaid'}`);
    };
    const threeTimes = (text: string) => [text, text, text];
    expect(await asked('')).toEqual(threeTimes('upload-password-needed '));
    expect(await asked('plain/new', 'wrong')).toEqual(threeTimes('upload-password-wrong '));
    expect(await asked('PLAIN/guarded', SECRET)).toEqual(threeTimes('upload-password-wrong PLAIN/guarded'));
    expect(await asked('plain/Guarded/new/below')).toEqual(threeTimes('upload-password-needed plain/Guarded'));
    expect(await asked('plain/Guarded/below', SECRET)).toEqual(threeTimes('upload-password-wrong plain/Guarded/below'));
  });

  it('of a space is for all of it', async () => {
    const other = await newSpace(maria, `Space ${++count}`);
    const folder = await newFolder('below', other.id);
    await setPassword(other.id, 'größe zählt nicht');
    expect(await look(folder)).toEqual({ wanted: true, from: other.id });
    expect(await look(space)).toEqual({ wanted: false, from: null });
    for (const parts of [[field('space', other.id)], [field('folder', folder)], [field('folder', other.id)]]) {
      expect(refusal(await post(maria, [...parts, file()]))).toEqual([403, 'upload-password-needed']);
      expect((await post(maria, [...parts, field('password', 'größe zählt nicht'), file()])).status).toBe(201);
    }
    // Bytes of UTF-8, as curl sends them.
    const bytes = Buffer.from('größe zählt nicht').toString('latin1');
    expect((await begin(folder, { 'Stowage-Upload-Password': bytes })).status).toBe(201);
  });

  it('is set by those who manage the space, and by nobody else', async () => {
    const folder = await newFolder();
    for (const [role, status] of [
      ['viewer', 403],
      ['contributor', 403],
      ['editor', 403],
      [null, 404],
      ['manager', 204],
    ] as const) {
      const person = await somebody(product, maria, `person ${++count}`, 'member');
      await setRole(maria, space, person, role);
      expect([role, (await setPassword(folder, SECRET, person.visitor)).status]).toEqual([role, status]);
      const seen = await person.visitor.send(`/api/entries/${folder}/upload-password`);
      expect([role, seen.status]).toEqual([role, role === null ? 404 : role === 'viewer' ? 403 : 200]);
    }
    expect(refusal(await setPassword(folder, 'password'))).toEqual([422, 'password-refused']);
    expect(refusal(await setPassword('A'.repeat(22), SECRET))).toEqual([404, 'entry-not-found']);
    const rows = await query(
      product.databaseUrl,
      `SELECT upload_password_hash AS hash FROM entries WHERE id = '${folder}'`,
    );
    expect(JSON.stringify(rows)).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(JSON.stringify(product.logs.lines)).not.toContain(SECRET);
  });

  it('cannot be guessed for long', async () => {
    const folder = await locked();
    const into = field('folder', folder);
    await query(product.databaseUrl, 'DELETE FROM sign_in_attempts');
    const statuses = [];
    for (let round = 0; round < 45; round++) {
      statuses.push((await post(maria, [into, field('password', `guess ${round}`), file()])).status);
    }
    expect(statuses.filter((status) => status === 403)).toHaveLength(40);
    expect(refusal(await post(maria, [into, field('password', 'one more'), file()]))).toEqual([
      429,
      'too-many-attempts',
    ]);
    await query(product.databaseUrl, 'DELETE FROM sign_in_attempts');
  });

  it('is wanted from whoever holds a file request as well, who is told so', async () => {
    const folder = await locked();
    const link = await newLink(maria, { kind: 'request', entry: folder });
    const holder = new Holder(product, link.slug);
    expect((await holder.send()).as(heldLinkSchema)).toMatchObject({ uploadPassword: true });
    const path = `/r/${link.slug}/upload`;
    expect(refusal(await post(holder, [file()], path))).toEqual([403, 'upload-password-needed']);
    expect(refusal(await post(holder, [field('password', 'wrong'), file()], path))).toEqual([
      403,
      'upload-password-wrong',
    ]);
    expect(await query(product.databaseUrl, `SELECT 1 FROM uploads WHERE owner = 'link:${link.id}'`)).toEqual([]);
    expect((await post(holder, [field('password', SECRET), file()], path)).status).toBe(201);
    await setPassword(folder, null);
    expect((await holder.send()).as(heldLinkSchema)).toMatchObject({ uploadPassword: false });
  });
});
