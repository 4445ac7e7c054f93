// Spaces: whose they are, who is in them, what that changes while somebody uploads.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  apiTokenListSchema,
  fileListSchema,
  memberListSchema,
  spaceListSchema,
  spaceSchema,
  uploadListSchema,
  uploadResultSchema,
  uploadStatusSchema,
  type Space,
} from '@stowage/contract';
import { DropzoneUpload } from './support/dropzone.js';
import { encodeForm } from './support/form.js';
import { program, somebody, type Somebody } from './support/people.js';
import { Product } from './support/product.js';
import { newSpace, ownSpace, setRole, spacesOf } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const TOKEN = 'acceptance-token-of-forty-two-characters-x';
const BYTES = Buffer.from('fifteen bytes..');

let product: Product;
let maria: Visitor;
let adam: Somebody;
let team: Space;
let count = 0;

beforeAll(async () => {
  product = new Product({ env: { STOWAGE_ADMIN_TOKEN: TOKEN, STOWAGE_QUOTA: '1000000' } });
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', PASSWORD);
  adam = await somebody(product, maria, 'Adam', 'member');
  team = await newSpace(maria, 'Film');
});
afterAll(() => product.dispose());

const token = () => new Visitor(product, { Authorization: `Bearer ${TOKEN}` });

const upload = (by: Visitor, fields: Readonly<Record<string, string>> = {}) => {
  const file = { name: 'file', value: BYTES, fileName: `file ${++count}.bin` };
  const parts = Object.entries(fields).map(([name, value]) => ({ name, value }));
  const { contentType, body } = encodeForm([...parts, file]);
  return by.send('/upload', { method: 'POST', headers: { 'Content-Type': contentType }, body });
};

async function stored(by: Visitor, fields: Readonly<Record<string, string>> = {}) {
  const { file } = (await upload(by, fields)).as(uploadResultSchema);
  if (file === undefined) throw new Error('There is no file.');
  return file;
}

/** Begins an upload into a space, and sends the first five bytes; its address. */
async function begun(by: Visitor, space: string): Promise<string> {
  const wanted = { name: `half ${++count}`, space, length: BYTES.length };
  const path = String((await by.sendJson('POST', '/api/uploads', wanted)).headers.location);
  expect((await append(by, path, 0, 5)).status).toBe(200);
  return path;
}

const append = (by: Visitor, path: string, start: number, end = BYTES.length) =>
  by.send(path, { method: 'PATCH', headers: { 'Upload-Offset': start }, body: BYTES.subarray(start, end) });

const problemOf = async (answer: Promise<{ status: number; problem: { code: string } }>) => {
  const { status, problem } = await answer;
  return [status, problem.code];
};

describe('a space of one’s own', () => {
  it('is there from the beginning, and takes what somebody uploads without saying where', async () => {
    const { visitor } = await somebody(product, maria, 'Berta', 'member');
    const spaces = await spacesOf(visitor);
    expect(spaces).toMatchObject([{ name: 'Berta', kind: 'personal', role: 'manager', quota: 1_000_000, used: 0 }]);
    const file = await stored(visitor);
    expect(file.space).toBe(spaces[0]?.id);
    expect((await spacesOf(visitor))[0]).toMatchObject({ used: BYTES.length });
    expect((await adam.visitor.send(`/api/files/${file.id}`)).status).toBe(404);
  });

  it('is nobody else’s', async () => {
    const { id } = await ownSpace(adam.visitor);
    const members = `/api/spaces/${id}/members`;
    for (const by of [adam.visitor, maria]) {
      const added = by.sendJson('POST', members, { name: 'Maria', role: 'viewer' });
      expect(await problemOf(added)).toEqual([409, 'space-is-personal']);
    }
    expect(await problemOf(adam.visitor.sendJson('PATCH', `/api/spaces/${id}`, { name: 'Mine' }))).toEqual([
      409,
      'space-is-personal',
    ]);
    expect(await problemOf(adam.visitor.send(`/api/spaces/${id}/membership`, { method: 'DELETE' }))).toEqual([
      409,
      'space-is-personal',
    ]);
    expect((await adam.visitor.send(members)).as(memberListSchema).members).toMatchObject([{ name: 'Adam' }]);
  });

  it('goes with an invitation that is withdrawn, unless something is in it', async () => {
    const invite = async (name: string) => {
      const answer = await maria.sendJson('POST', '/api/accounts', { name, role: 'member' });
      return (JSON.parse(answer.text) as { account: { id: string } }).account.id;
    };
    const [gone, kept] = [await invite('Carl'), await invite('Cleo')];
    const all = (await maria.send('/api/admin/spaces?limit=200')).as(spaceListSchema).spaces;
    await stored(maria, { space: all.find(({ name }) => name === 'Cleo')?.id ?? '' });
    expect((await maria.send(`/api/accounts/${gone}`, { method: 'DELETE' })).status).toBe(204);
    expect(await problemOf(maria.send(`/api/accounts/${kept}`, { method: 'DELETE' }))).toEqual([409, 'account-in-use']);
    const left = (await maria.send('/api/admin/spaces?limit=200')).as(spaceListSchema).spaces.map(({ name }) => name);
    expect([left.includes('Carl'), left.includes('Cleo')]).toEqual([false, true]);
  });
});

describe('the space that was there first', () => {
  it('is managed by whoever has set the server up, and takes what belongs to no account', async () => {
    const first = (await spacesOf(maria)).find(({ name }) => name === 'Files');
    expect(first).toMatchObject({ kind: 'team', role: 'manager' });
    const file = await stored(token());
    expect(file.space).toBe(first?.id);
    expect((await maria.send(`/api/files/${file.id}`)).status).toBe(200);
    expect((await adam.visitor.send(`/api/files/${file.id}`)).status).toBe(404);
    expect((await spacesOf(adam.visitor)).map(({ name }) => name)).toEqual(['Adam']);
  });

  it('is told to the access token with those of all teams, and of nobody else', async () => {
    const spaces = await spacesOf(token());
    expect(spaces.map(({ kind, role }) => [kind, role])).toEqual(spaces.map(() => ['team', null]));
    expect(spaces.map(({ name }) => name)).toEqual(expect.arrayContaining(['Files', 'Film']));
    const mine = await stored(adam.visitor);
    const listed = (await token().send('/api/files?limit=200')).as(fileListSchema).files.map(({ id }) => id);
    expect(listed).not.toContain(mine.id);
  });
});

describe('the space of a team', () => {
  it('has a name of its own', async () => {
    for (const [name, expected] of [
      ['film', [409, 'space-name-taken']],
      ['a/b', [422, 'invalid-name']],
      [' x', [422, 'invalid-name']],
      ['x'.repeat(65), [422, 'invalid-name']],
    ] as const) {
      expect(await problemOf(maria.sendJson('POST', '/api/spaces', { name }))).toEqual(expected);
    }
    const other = await newSpace(maria, 'Sound');
    expect(await problemOf(maria.sendJson('PATCH', `/api/spaces/${other.id}`, { name: 'FILM' }))).toEqual([
      409,
      'space-name-taken',
    ]);
    const renamed = await maria.sendJson('PATCH', `/api/spaces/${other.id}`, { name: 'sound' });
    expect(renamed.as(spaceSchema)).toMatchObject({ id: other.id, name: 'sound' });
  });

  it('lets members in by name, once, and says who they are', async () => {
    const members = `/api/spaces/${team.id}/members`;
    const added = await maria.sendJson('POST', members, { name: 'ADAM', role: 'viewer' });
    expect([added.status, JSON.parse(added.text)]).toMatchObject([201, { account: adam.id, name: 'Adam' }]);
    expect(await problemOf(maria.sendJson('POST', members, { name: 'Adam', role: 'editor' }))).toEqual([
      409,
      'member-exists',
    ]);
    expect(await problemOf(maria.sendJson('POST', members, { name: 'nobody', role: 'editor' }))).toEqual([
      404,
      'account-not-found',
    ]);
    const list = (await adam.visitor.send(members)).as(memberListSchema);
    expect(list.members.map(({ name, role }) => [name, role])).toEqual([
      ['Adam', 'viewer'],
      ['Maria', 'manager'],
    ]);
    expect((await spacesOf(adam.visitor)).map(({ name, role }) => [name, role])).toEqual([
      ['Adam', 'manager'],
      ['Film', 'viewer'],
    ]);
    await setRole(maria, team.id, adam, null);
    expect((await adam.visitor.send(members)).status).toBe(404);
  });

  it('keeps a manager, also when two of them leave at once', async () => {
    const { id } = await newSpace(maria, 'two managers');
    const alone = maria.send(`/api/spaces/${id}/membership`, { method: 'DELETE' });
    expect(await problemOf(alone)).toEqual([409, 'last-manager']);
    const me = (await maria.whoAmI()).account?.id ?? '';
    const demoted = maria.sendJson('PATCH', `/api/spaces/${id}/members/${me}`, { role: 'editor' });
    expect(await problemOf(demoted)).toEqual([409, 'last-manager']);
    for (let round = 0; round < 5; round++) {
      await setRole(maria, id, adam, 'manager');
      const left = await Promise.all([
        adam.visitor.send(`/api/spaces/${id}/membership`, { method: 'DELETE' }),
        maria.send(`/api/spaces/${id}/membership`, { method: 'DELETE' }),
      ]);
      expect(left.map(({ status }) => status).sort()).toEqual([204, 409]);
      const [who] = (await maria.send(`/api/spaces/${id}/members`)).as(memberListSchema).members;
      expect(who?.role).toBe('manager');
      if (who?.name === 'Adam') {
        const back = await maria.sendJson('POST', `/api/spaces/${id}/members`, { name: 'Maria', role: 'manager' });
        expect(back.status).toBe(201);
      }
    }
  });

  it('lists members and spaces in pages', async () => {
    const { id } = await newSpace(maria, 'pages');
    const names = ['p1', 'p2', 'p3'];
    for (const name of names) await setRole(maria, id, await somebody(product, maria, name, 'member'), 'viewer');
    const paged = async <T>(path: string, read: (answer: string) => { items: T[]; next: string | null }) => {
      const all: T[] = [];
      for (let cursor = ''; ;) {
        const answer = await maria.send(`${path}?limit=2${cursor}`);
        const { items, next } = read(answer.text);
        expect(items.length).toBeLessThanOrEqual(2);
        all.push(...items);
        if (next === null) return all;
        cursor = `&cursor=${next}`;
      }
    };
    const members = await paged(`/api/spaces/${id}/members`, (text) => {
      const { members: items, next } = memberListSchema.parse(JSON.parse(text));
      return { items, next };
    });
    expect(members.map(({ name }) => name)).toEqual(['Maria', ...names]);
    const spaces = (text: string) => {
      const { spaces: items, next } = spaceListSchema.parse(JSON.parse(text));
      return { items: items.map(({ name, kind }) => `${kind} ${name}`), next };
    };
    expect(await paged('/api/spaces', spaces)).toEqual(
      (await spacesOf(maria)).map(({ name, kind }) => `${kind} ${name}`),
    );
    const all = await paged('/api/admin/spaces', spaces);
    expect(all).toEqual(expect.arrayContaining(['personal Adam', 'team Film']));
    expect(all.findLastIndex((name) => name.startsWith('team'))).toBeLessThan(all.indexOf('personal Adam'));
    for (const cursor of ['x', 'AA', Buffer.from('t\0').toString('base64url')]) {
      expect(await problemOf(maria.send(`/api/spaces?cursor=${cursor}`))).toEqual([400, 'invalid-request']);
    }
  });
});

describe('a role that is taken away', () => {
  it('stops an upload at its next bytes, which its owner still sees and can remove', async () => {
    await setRole(maria, team.id, adam, 'contributor');
    const path = await begun(adam.visitor, team.id);
    for (const role of ['viewer', null] as const) {
      await setRole(maria, team.id, adam, role);
      expect(await problemOf(append(adam.visitor, path, 5))).toEqual([403, 'not-permitted']);
      expect((await adam.visitor.send(path)).as(uploadStatusSchema).upload).toMatchObject({ received: 5 });
    }
    await setRole(maria, team.id, adam, 'contributor');
    expect((await append(adam.visitor, path, 5)).status).toBe(201);
    const other = await begun(adam.visitor, team.id);
    await setRole(maria, team.id, adam, null);
    expect((await adam.visitor.send(other, { method: 'DELETE' })).status).toBe(204);
  });

  it('stops the grant of an upload as well', async () => {
    await setRole(maria, team.id, adam, 'contributor');
    const wanted = { name: `half ${++count}`, space: team.id, length: BYTES.length };
    const made = (await adam.visitor.sendJson('POST', '/api/uploads', wanted)).as(uploadStatusSchema);
    const holder = new Visitor(product, { Authorization: `Bearer ${made.grant ?? ''}` });
    const path = `/api/uploads/${made.upload.id}`;
    expect((await append(holder, path, 0, 5)).status).toBe(200);
    await setRole(maria, team.id, adam, 'viewer');
    expect(await problemOf(append(holder, path, 5))).toEqual([403, 'not-permitted']);
    await setRole(maria, team.id, adam, 'editor');
    expect((await append(holder, path, 5)).status).toBe(201);
  });

  it('leaves files and what others see of them as they are', async () => {
    await setRole(maria, team.id, adam, 'editor');
    const file = await stored(adam.visitor, { space: team.id });
    await setRole(maria, team.id, adam, null);
    expect((await adam.visitor.send(`/api/files/${file.id}/content`)).status).toBe(404);
    expect((await maria.send(`/api/files/${file.id}/content`)).body).toEqual(BYTES);
  });
});

describe('where an upload goes', () => {
  it('is said once and for all', async () => {
    await setRole(maria, team.id, adam, 'editor');
    const headers = { 'Idempotency-Key': 'the-same' };
    const begin = (space?: string) =>
      adam.visitor.send('/api/uploads', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify({ name: 'once.bin', length: 5, space }),
      });
    expect((await begin(team.id)).status).toBe(201);
    expect((await begin(team.id)).status).toBe(200);
    expect(await problemOf(begin())).toEqual([409, 'idempotency-key-reused']);
  });

  it('is said the same with every chunk', async () => {
    await setRole(maria, team.id, adam, 'editor');
    const source = { name: 'chunks.bin', content: BYTES, chunkSize: 5, fields: { space: team.id } };
    const sent = new DropzoneUpload(product, source);
    const post = (index: number, space?: string) => {
      const deviation = space === undefined ? {} : { fields: { space } };
      const { contentType, body } = sent.form(index, deviation);
      return adam.visitor.send('/upload', { method: 'POST', headers: { 'Content-Type': contentType }, body });
    };
    expect((await post(0)).status).toBe(200);
    const elsewhere = await post(1, (await ownSpace(adam.visitor)).id);
    expect([elsewhere.status, elsewhere.problem.code]).toEqual([400, 'upload-mismatch']);
    expect(elsewhere.problem.detail).toContain('space');
    await post(1);
    expect((await post(2)).as(uploadResultSchema).file?.space).toBe(team.id);
  });

  it('is refused where it is nobody’s id, or no space', async () => {
    for (const [space, expected] of [
      ['A'.repeat(22), [404, 'space-not-found']],
      ['../..', [400, 'invalid-field']],
    ] as const) {
      for (const by of [adam.visitor, maria, token()]) {
        expect(await problemOf(upload(by, { space }))).toEqual(expected);
      }
    }
    expect(await problemOf(maria.sendJson('POST', '/api/uploads', { name: 'x', length: 1, space: 'x' }))).toEqual([
      400,
      'invalid-request',
    ]);
  });

  it('may have the same name in two spaces', async () => {
    await setRole(maria, team.id, adam, 'editor');
    const wanted = { name: 'same name.bin', length: 0 };
    for (const space of [undefined, team.id]) {
      expect((await adam.visitor.sendJson('POST', '/api/uploads', { ...wanted, space })).status).toBe(201);
    }
    expect(await problemOf(adam.visitor.sendJson('POST', '/api/uploads', wanted))).toEqual([409, 'name-taken']);
  });
});

describe('a quota of one space', () => {
  it('is an admin’s to choose, and no other space’s', async () => {
    const { id } = await newSpace(maria, 'small');
    await setRole(maria, id, adam, 'manager');
    const change = (by: Visitor, quota: unknown) => by.sendJson('PATCH', `/api/spaces/${id}`, { quota });
    expect(await problemOf(change(adam.visitor, 10))).toEqual([403, 'not-permitted']);
    expect((await change(maria, BYTES.length)).as(spaceSchema)).toMatchObject({ quota: 15, quotaChosen: true });
    await stored(adam.visitor, { space: id });
    expect(await problemOf(upload(adam.visitor, { space: id }))).toEqual([413, 'quota-exceeded']);
    await stored(adam.visitor);
    expect((await change(maria, null)).as(spaceSchema)).toMatchObject({ quota: null, quotaChosen: true });
    await stored(adam.visitor, { space: id });
    const usual = (await change(maria, 'default')).as(spaceSchema);
    expect(usual).toMatchObject({ quota: 1_000_000, quotaChosen: false, used: 30 });
    for (const wrong of [0, -1, 1.5, 'none']) expect((await change(maria, wrong)).status).toBe(400);
  });
});

describe('a token for some spaces', () => {
  it('knows of no other, not even of its account’s own', async () => {
    await setRole(maria, team.id, adam, 'editor');
    const made = await program(product, adam.visitor, ['uploads:write', 'files:read', 'files:write'], [team.id]);
    const own = await stored(adam.visitor);
    const there = await stored(made.visitor);
    expect(there.space).toBe(team.id);
    expect((await spacesOf(made.visitor)).map(({ id }) => id)).toEqual([team.id]);
    expect((await made.visitor.send(`/api/files/${own.id}`)).status).toBe(404);
    expect((await made.visitor.send(`/api/files/${there.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await problemOf(upload(made.visitor, { space: own.space }))).toEqual([404, 'space-not-found']);
    const [mine, theirs] = [await begun(adam.visitor, own.space), await begun(adam.visitor, team.id)];
    const listed = (await made.visitor.send('/api/uploads?limit=200')).as(uploadListSchema).uploads;
    expect(listed.map(({ id }) => `/api/uploads/${id}`)).toContain(theirs);
    expect(listed.map(({ id }) => `/api/uploads/${id}`)).not.toContain(mine);
    expect((await made.visitor.send(mine)).status).toBe(404);
    const tokens = (await adam.visitor.send('/api/tokens')).as(apiTokenListSchema).tokens;
    expect(tokens.find(({ id }) => id === made.id)?.spaces).toEqual([team.id]);
  });

  it('for several has to say where a file goes', async () => {
    await setRole(maria, team.id, adam, 'editor');
    const other = await newSpace(maria, 'another');
    await setRole(maria, other.id, adam, 'editor');
    const made = await program(product, adam.visitor, ['uploads:write'], [team.id, other.id]);
    expect(await problemOf(upload(made.visitor))).toEqual([404, 'space-not-found']);
    expect((await upload(made.visitor, { space: other.id })).status).toBe(201);
  });

  it('is made for spaces that its account is in, and never to manage the server', async () => {
    const make = (by: Visitor, more: object) =>
      by.sendJson('POST', '/api/tokens', { name: 'x', scopes: ['files:read'], expiresAt: null, ...more });
    const foreign = await newSpace(maria, 'foreign');
    expect(await problemOf(make(adam.visitor, { spaces: [foreign.id] }))).toEqual([404, 'space-not-found']);
    expect(await problemOf(make(maria, { scopes: ['admin'], spaces: [foreign.id] }))).toEqual([400, 'invalid-request']);
    expect(await problemOf(make(adam.visitor, { spaces: [] }))).toEqual([400, 'invalid-request']);
  });
});
