// Whose uploads are whose: everybody sees and goes on with their own, those who manage the server with all.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uploadListSchema, uploadResultSchema, uploadStatusSchema } from '@stowage/contract';
import { z } from 'zod';
import { DropzoneUpload } from './support/dropzone.js';
import type { Ask } from './support/http.js';
import { program, somebody } from './support/people.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { newSpace, setRole } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const TOKEN = 'acceptance-token-of-forty-two-characters-x';
const CHUNK = 1000;
const random = new Random('owners');
const bytes = random.bytes(3 * CHUNK);
let product: Product;
let maria: Visitor;
let adam: Visitor;
let berta: Visitor;
let everybody: Readonly<Record<string, Visitor>>;
/** An upload of Adam's goes into this space of a team; who else is in it. */
let team: string;
let members: Readonly<Record<string, Visitor>>;
let count = 0;

beforeAll(async () => {
  product = new Product({ env: { STOWAGE_ADMIN_TOKEN: TOKEN } });
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', PASSWORD);
  adam = (await somebody(product, maria, 'Adam', 'member')).visitor;
  berta = (await somebody(product, maria, 'Berta', 'member')).visitor;
  everybody = {
    adam,
    berta,
    maria,
    'a program of Adam': (await program(product, adam, ['uploads:write'])).visitor,
    'a program of Berta': (await program(product, berta, ['uploads:write'])).visitor,
    'a program of Maria to upload': (await program(product, maria, ['uploads:write'])).visitor,
    'a program of Maria to manage': (await program(product, maria, ['uploads:write', 'admin'])).visitor,
    'the access token': new Visitor(product, { Authorization: `Bearer ${TOKEN}` }),
  };
  team = (await newSpace(maria, 'a team')).id;
  const [carl, dora, emil] = [
    await somebody(product, maria, 'Carl', 'member'),
    await somebody(product, maria, 'Dora', 'member'),
    await somebody(product, maria, 'Emil', 'member'),
  ];
  const adamHimself = { id: (await adam.whoAmI()).account?.id ?? '', name: 'Adam' };
  await setRole(maria, team, adamHimself, 'contributor');
  await setRole(maria, team, carl, 'manager');
  await setRole(maria, team, dora, 'editor');
  await setRole(maria, team, emil, 'viewer');
  members = {
    'a manager': carl.visitor,
    'an editor': dora.visitor,
    'a viewer': emil.visitor,
    // Its owner can: a token needs the scope `admin` for it, which only those can give who manage the server.
    'a program of the one who manages': (await program(product, carl.visitor, ['uploads:write'])).visitor,
  };
});
afterAll(() => product.dispose());

/** Begins an upload of three chunks, and sends the first; its address. */
async function begun(by: Visitor, space?: string): Promise<string> {
  const body = { name: `half ${++count}.bin`, length: bytes.length, chunkSize: CHUNK, space };
  const answer = await by.sendJson('POST', '/api/uploads', body);
  expect(answer.status).toBe(201);
  const path = String(answer.headers.location);
  expect((await by.send(`${path}/chunks/0`, { method: 'PUT', body: bytes.subarray(0, CHUNK) })).status).toBe(200);
  return path;
}

/** What can be asked of an upload by its id, so that the right one is let through. */
const REQUESTS: Readonly<Record<string, Ask>> = {
  'get /api/uploads/{id}': {},
  'head /api/uploads/{id}': {},
  'get /api/uploads/{id}/digests': {},
  'put /api/uploads/{id}/chunks/{index}': { body: bytes.subarray(CHUNK, 2 * CHUNK) },
  'put /api/uploads/{id}/bytes': {
    headers: { 'Content-Range': `bytes ${2 * CHUNK}-${3 * CHUNK - 1}/*` },
    body: bytes.subarray(2 * CHUNK),
  },
  'patch /api/uploads/{id}': { headers: { 'Upload-Offset': String(CHUNK) }, body: bytes.subarray(CHUNK) },
  'post /api/uploads/{id}/extend': {},
  'post /api/uploads/{id}/complete': {},
  'delete /api/uploads/{id}': {},
};

function ask(by: Visitor, route: string, upload: string) {
  const [verb = '', path = ''] = route.split(' ');
  const address = path.replace('/api/uploads/{id}', upload).replace('{index}', '1');
  return by.send(address, { method: verb.toUpperCase(), ...REQUESTS[route] });
}

const MAY_OF_ADAM: readonly string[] = [
  ...['adam', 'a program of Adam', 'maria', 'a program of Maria to manage', 'the access token'],
];

describe('an upload', () => {
  it('is asked for by every route that there is for one', async () => {
    const { paths } = (await product.send('/api/openapi.json')).as(
      z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }),
    );
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      path.startsWith('/api/uploads/{id}') ? Object.keys(methods).map((method) => `${method} ${path}`) : [],
    );
    expect(Object.keys(REQUESTS).sort()).toEqual(routes.sort());
  });

  it.each(Object.keys(REQUESTS))('is there for whom it is, and for nobody else: %s', async (route) => {
    for (const [who, visitor] of Object.entries(everybody)) {
      const upload = await begun(adam);
      const answer = await ask(visitor, route, upload);
      if (MAY_OF_ADAM.includes(who)) {
        expect([who, answer.status < 300 || answer.problem.code === 'upload-incomplete']).toEqual([who, true]);
        continue;
      }
      // In every respect like one that never was.
      const none = await ask(visitor, route, `/api/uploads/${'A'.repeat(22)}`);
      expect([who, answer.status]).toEqual([who, 404]);
      const plain = (text: string) => text.replace(/"requestId":"[^"]*"/u, '');
      expect([who, plain(answer.text)]).toEqual([who, plain(none.text)]);
      expect(Object.keys(answer.headers)).toEqual(Object.keys(none.headers));
      const status = (await adam.send(upload)).as(uploadStatusSchema);
      expect([who, status.upload.state, status.upload.received]).toEqual([who, 'receiving', CHUNK]);
    }
  });

  it.each(Object.keys(REQUESTS))(
    'into a space is there for its managers as well, and for no other member: %s',
    async (route) => {
      const upload = async () => begun(adam, team);
      for (const [who, visitor] of Object.entries(members)) {
        const address = await upload();
        const answer = await ask(visitor, route, address);
        const isThere = answer.status < 300 || (answer.status === 409 && answer.problem.code === 'upload-incomplete');
        const got = isThere ? 'yes' : answer.status;
        expect([who, got]).toEqual([who, who.endsWith('manager') ? 'yes' : 404]);
      }
    },
  );

  it('is listed for whoever has begun it', async () => {
    const upload = await begun(berta);
    const id = upload.slice(upload.lastIndexOf('/') + 1);
    const lists = async (visitor: Visitor) =>
      (await visitor.send('/api/uploads?limit=200')).as(uploadListSchema).uploads.some((one) => one.id === id);
    expect([await lists(berta), await lists(adam), await lists(maria)]).toEqual([true, false, false]);
    expect(await lists(everybody['a program of Berta'] ?? adam)).toBe(true);
  });

  it('of one key is one of each who uses it', async () => {
    const source = { name: 'same key.bin', content: bytes, chunkSize: CHUNK };
    const upload = new DropzoneUpload(product, source);
    const chunk = async (by: Visitor, index: number) => {
      const { contentType, body } = upload.form(index);
      const answer = await by.send('/upload', { method: 'POST', headers: { 'Content-Type': contentType }, body });
      expect(answer.status).toBe(200);
      return answer.as(uploadResultSchema).upload;
    };
    const [first, second] = [await chunk(adam, 0), await chunk(berta, 0)];
    expect(second.id).not.toBe(first.id);
    expect((await chunk(adam, 1)).received).toBe(2 * CHUNK);
    expect((await chunk(berta, 2)).received).toBe(2 * CHUNK);
    const listed = await berta.send(`/api/uploads?dzuuid=${upload.uuid}`);
    expect(listed.as(uploadListSchema).uploads.map(({ id }) => id)).toEqual([second.id]);
  });
});

describe('an upload from before anybody had an account', () => {
  it('is finished by whoever has set the server up, and by no member', async () => {
    const fresh = new Product();
    try {
      await fresh.start();
      const early = new Visitor(fresh);
      const begunEarly = await early.sendJson('POST', '/api/uploads', { name: 'early.bin', length: bytes.length });
      const path = String(begunEarly.headers.location);
      const first = new Visitor(fresh);
      await first.setUp('Maria', PASSWORD);
      const member = (await somebody(fresh, first, 'Adam', 'member')).visitor;
      const listed = async (visitor: Visitor) =>
        (await visitor.send('/api/uploads')).as(uploadListSchema).uploads.map(({ name }) => name);
      expect([await listed(first), await listed(member)]).toEqual([['early.bin'], []]);
      expect((await member.send(path)).status).toBe(404);
      const sent = await first.send(path, { method: 'PATCH', headers: { 'Upload-Offset': '0' }, body: bytes });
      expect(sent.status).toBe(201);
    } finally {
      await fresh.dispose();
    }
  });
});
