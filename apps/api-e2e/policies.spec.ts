// Policies of spaces: the same answer however a file comes, at its beginning and when its bytes are known.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  entryListSchema,
  NO_POLICY,
  spaceSchema,
  uploadResultSchema,
  uploadStatusSchema,
  type ChangePolicy,
  type Space,
} from '@stowage/contract';
import { encodeForm } from './support/form.js';
import type { Answer } from './support/http.js';
import { somebody, type Somebody } from './support/people.js';
import { Product } from './support/product.js';
import { newSpace, setRole } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  Buffer.from('0000000d49444154789c6300010000050001', 'hex'),
]);
const TEXT = Buffer.from('Only words, and no more of them than that.');

let product: Product;
let maria: Visitor;
let adam: Somebody;
let team: Space;
let count = 0;

beforeAll(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', 'a walrus in the kitchen');
  adam = await somebody(product, maria, 'Adam', 'member');
});
afterAll(() => product.dispose());

beforeEach(async () => {
  team = await newSpace(maria, `Film ${++count}`);
  await setRole(maria, team.id, adam, 'contributor');
});

/** A file as a client sends it. */
interface Sent {
  readonly name: string;
  readonly type?: string;
  readonly bytes?: Buffer;
}

const change = (by: Visitor, policy: ChangePolicy | object) =>
  by.sendJson('PATCH', `/api/spaces/${team.id}`, { policy });

async function sendForm(fields: Readonly<Record<string, string>>, { name, type, bytes = TEXT }: Sent): Promise<Answer> {
  const parts = Object.entries({ space: team.id, ...fields }).map(([key, value]) => ({ name: key, value }));
  const file = { name: 'file', value: bytes, fileName: name, ...(type === undefined ? {} : { type }) };
  const { contentType, body } = encodeForm([...parts, file]);
  return adam.visitor.send('/upload', { method: 'POST', headers: { 'Content-Type': contentType }, body });
}

/** By each protocol; the last answer. */
const WAYS: Readonly<Record<string, (sent: Sent) => Promise<Answer>>> = {
  'a plain form': (sent) => sendForm({}, sent),
  Dropzone: (sent) => {
    const length = String((sent.bytes ?? TEXT).length);
    const dz = { dzuuid: `policy-${++count}`, dzchunkindex: '0', dztotalchunkcount: '1', dzchunkbyteoffset: '0' };
    return sendForm({ ...dz, dztotalfilesize: length, dzchunksize: '1000' }, sent);
  },
  REST: async ({ name, type, bytes = TEXT }) => {
    const wanted = { name, space: team.id, length: bytes.length, ...(type === undefined ? {} : { mediaType: type }) };
    const begun = await adam.visitor.sendJson('POST', '/api/uploads', wanted);
    if (begun.status !== 201) return begun;
    const path = `/api/uploads/${begun.as(uploadStatusSchema).upload.id}`;
    const headers = { 'Upload-Offset': 0 };
    return adam.visitor.send(path, { method: 'PATCH', headers, body: bytes });
  },
};

const codeOf = (answer: Answer) => (JSON.parse(answer.text) as { code?: string }).code ?? String(answer.status);

async function expectNothing(): Promise<void> {
  const { entries } = (await maria.send(`/api/folders/${team.id}/entries`)).as(entryListSchema);
  expect(entries).toEqual([]);
  const { used, reserved } = (await maria.send(`/api/spaces/${team.id}`)).as(spaceSchema);
  expect({ used, reserved }).toEqual({ used: 0, reserved: 0 });
}

describe('the policy of a space', () => {
  it('limits nothing at first, is changed in part, and by its managers alone', async () => {
    expect(team.policy).toEqual(NO_POLICY);
    expect((await change(adam.visitor, { maxFileSize: 5 })).status).toBe(403);
    await change(maria, { deniedExtensions: ['exe'] });
    const space = (await change(maria, { maxFileSize: 5 })).as(spaceSchema);
    expect(space.policy).toEqual({ ...NO_POLICY, deniedExtensions: ['exe'], maxFileSize: 5 });
  });

  it.each([
    [{ deniedExtensions: ['.exe'] }],
    [{ deniedExtensions: ['EXE'] }],
    [{ allowedTypes: ['image'] }],
    [{ maxFileSize: 0 }],
    [{ conflict: 'ask' }],
    [{ allowedExtension: ['png'] }],
    [{}],
  ])('is not changed to what makes no sense: %j', async (policy) => {
    expect((await change(maria, policy)).status).toBe(400);
    expect((await maria.send(`/api/spaces/${team.id}`)).as(spaceSchema).policy).toEqual(NO_POLICY);
  });
});

describe.each(Object.entries(WAYS))('a file that comes by %s', (_way, send) => {
  it('is refused by its name, whatever hides in it', async () => {
    await change(maria, { deniedExtensions: ['exe'] });
    for (const name of ['a.exe', 'a.EXE', 'a.exe.txt', 'a.txt.exe']) {
      expect([name, codeOf(await send({ name }))]).toEqual([name, 'type-not-allowed']);
    }
    await expectNothing();
    expect((await send({ name: 'exe' })).as(uploadResultSchema).complete).toBe(true);
  });

  it('is let in by its last extension only', async () => {
    await change(maria, { allowedExtensions: ['png'] });
    expect(codeOf(await send({ name: 'a.png.txt' }))).toBe('type-not-allowed');
    expect(codeOf(await send({ name: 'png' }))).toBe('type-not-allowed');
    await expectNothing();
    expect((await send({ name: 'a.txt.PNG' })).as(uploadResultSchema).complete).toBe(true);
  });

  it('is refused by what it is said to be, and by what it is', async () => {
    await change(maria, { deniedTypes: ['image/*'] });
    expect(codeOf(await send({ name: 'a.txt', type: 'image/png' }))).toBe('type-not-allowed');
    expect(codeOf(await send({ name: 'a.txt', type: 'text/plain', bytes: PNG }))).toBe('content-not-allowed');
    await expectNothing();
    const one = { name: 'one.txt', type: 'text/plain', bytes: Buffer.from('x') };
    expect((await send(one)).as(uploadResultSchema).complete).toBe(true);
  });

  it('is to be what it is said to be where only some types are let in', async () => {
    await change(maria, { allowedTypes: ['text/plain', 'image/png'] });
    expect(codeOf(await send({ name: 'a.txt', type: 'text/plain', bytes: PNG }))).toBe('content-not-allowed');
    expect(codeOf(await send({ name: 'a.mp4', type: 'video/mp4' }))).toBe('type-not-allowed');
    await expectNothing();
    expect((await send({ name: 'a.png', type: 'image/png', bytes: PNG })).as(uploadResultSchema).complete).toBe(true);
  });

  it('is refused when it is too large, by one byte', async () => {
    await change(maria, { maxFileSize: TEXT.length - 1 });
    expect(codeOf(await send({ name: 'a.txt' }))).toBe('file-too-large');
    await expectNothing();
    await change(maria, { maxFileSize: TEXT.length });
    expect((await send({ name: 'a.txt' })).as(uploadResultSchema).complete).toBe(true);
  });

  it('becomes what the policy says when its name is taken', async () => {
    await change(maria, { conflict: 'rename' });
    await send({ name: 'a.txt' });
    expect((await send({ name: 'a.txt' })).as(uploadResultSchema).file).toMatchObject({ name: 'a (1).txt' });
  });
});
