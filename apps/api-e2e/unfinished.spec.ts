// What has been begun and does not move: who sees it, what a list tells, and how it is removed without losing a byte.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { purgedSchema, uploadListSchema, uploadStatusSchema, type Purged, type UploadList } from '@stowage/contract';
import { balanced } from './support/conservation.js';
import { query } from './support/database.js';
import { somebody, type Somebody } from './support/people.js';
import { Product } from './support/product.js';
import { newSpace, setRole } from './support/spaces.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const BYTES = Buffer.from('fifteen bytes..');
const ROUNDS = Number(process.env.STOWAGE_PURGE_ROUNDS ?? 20);

let product: Product;
let maria: Visitor;
let adam: Somebody;
let berta: Somebody;
let team: string;
let count = 0;

beforeAll(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', PASSWORD);
  adam = await somebody(product, maria, 'Adam', 'member');
  berta = await somebody(product, maria, 'Berta', 'member');
  team = (await newSpace(maria, 'a team')).id;
  await setRole(maria, team, adam, 'manager');
  await setRole(maria, team, berta, 'contributor');
});
afterAll(() => product.dispose());

/** Begins an upload of fifteen bytes, and sends five; its id. */
async function begun(by: Visitor, space: string | undefined, name = `half ${++count}.bin`): Promise<string> {
  const answer = await by.sendJson('POST', '/api/uploads', { name, length: BYTES.length, chunkSize: 5, space });
  const { upload } = answer.as(uploadStatusSchema);
  expect((await send(by, upload.id, 0)).status).toBe(200);
  return upload.id;
}

const send = (by: Visitor, id: string, index: number) =>
  by.send(`/api/uploads/${id}/chunks/${index}`, { method: 'PUT', body: BYTES.subarray(index * 5, index * 5 + 5) });
const list = async (by: Visitor, search: string): Promise<UploadList> =>
  (await by.send(`/api/uploads?limit=200&${search}`)).as(uploadListSchema);
const purge = async (by: Visitor, wanted: object): Promise<Purged> =>
  (await by.sendJson('POST', '/api/uploads/purge', { idleFor: 3600, ...wanted })).as(purgedSchema);

/** Lets time pass since the last byte. */
const rest = (id: string, hours: number) =>
  query(product.databaseUrl, `UPDATE uploads SET updated_at = now() - interval '${hours} hours' WHERE id = '${id}'`);

describe('a list of uploads', () => {
  it('is of one’s own, of a space for its managers, of all for admins', async () => {
    const [own, shared] = [await begun(berta.visitor, undefined), await begun(berta.visitor, team)];
    const names = async (by: Visitor, search: string) =>
      (await list(by, `state=receiving&owner=${berta.id}&${search}`)).uploads.map(({ id }) => id);
    expect(await names(berta.visitor, '')).toEqual([shared, own]);
    expect(await names(berta.visitor, `space=${team}`)).toEqual([shared]);
    expect(await names(adam.visitor, `scope=space&space=${team}`)).toEqual([shared]);
    expect(await names(maria, `scope=space&space=${team}`)).toEqual([shared]);
    expect(await names(maria, 'scope=all')).toEqual([shared, own]);
    expect(await names(maria, `scope=all&space=${team}`)).toEqual([shared]);
    // Nobody's own are another's.
    expect(await names(maria, '')).toEqual([]);
    expect(await names(adam.visitor, '')).toEqual([]);
    for (const id of [own, shared]) await berta.visitor.send(`/api/uploads/${id}`, { method: 'DELETE' });
  });

  it.each([
    ['scope=all', 403, 'not-permitted'],
    ['scope=space', 400, 'invalid-request'],
    ['scope=others', 400, 'invalid-request'],
    ['idleFor=-1', 400, 'invalid-request'],
    ['idleFor=1e99', 400, 'invalid-request'],
    ['name=', 400, 'invalid-request'],
    ['name=a%00b', 400, 'invalid-request'],
    [`name=${'x'.repeat(256)}`, 400, 'invalid-request'],
    [`owner=${encodeURIComponent("' OR 1=1")}`, 400, 'invalid-request'],
    [`scope=space&space=${'A'.repeat(22)}`, 404, 'space-not-found'],
  ])('refuses a member who asks for %s', async (search, status, code) => {
    const answer = await berta.visitor.send(`/api/uploads?${search}`);
    expect([answer.status, answer.problem.code]).toEqual([status, code]);
  });

  it('of a space that never was is refused to admins too', async () => {
    const answer = await maria.send(`/api/uploads?scope=space&space=${'A'.repeat(22)}`);
    expect([answer.status, answer.problem.code]).toEqual([404, 'space-not-found']);
  });

  it('of a space is refused to a member who does not manage it', async () => {
    const answer = await berta.visitor.send(`/api/uploads?scope=space&space=${team}`);
    expect([answer.status, answer.problem.code]).toEqual([403, 'not-permitted']);
  });

  it('tells who sends what, what is missing, and what all pages hold', async () => {
    const ids = [await begun(berta.visitor, team), await begun(adam.visitor, team), await begun(adam.visitor, team)];
    const page = await list(adam.visitor, `scope=space&space=${team}&state=receiving`);
    expect([page.total, page.bytes]).toEqual([3, 15]);
    expect(page.uploads.map(({ owner, missing }) => [owner?.name, missing])).toEqual([
      ['Adam', 10],
      ['Adam', 10],
      ['Berta', 10],
    ]);
    const first = (await adam.visitor.send(`/api/uploads?scope=space&space=${team}&state=receiving&limit=1`)).as(
      uploadListSchema,
    );
    expect([first.total, first.bytes, first.uploads.length]).toEqual([3, 15, 1]);
    const next = `scope=space&space=${team}&state=receiving&cursor=${encodeURIComponent(first.next ?? '')}`;
    expect((await list(adam.visitor, next)).uploads.map(({ id }) => id)).toEqual([ids[1], ids[0]]);
    await rest(ids[0] ?? '', 3);
    const idle = await list(adam.visitor, `scope=space&space=${team}&idleFor=7200`);
    expect(idle.uploads.map(({ id }) => id)).toEqual([ids[0]]);
    for (const id of ids) await adam.visitor.send(`/api/uploads/${id}`, { method: 'DELETE' });
  });

  it('has what ended, with the reason, by its state', async () => {
    const id = await begun(berta.visitor, team);
    await berta.visitor.send(`/api/uploads/${id}`, { method: 'DELETE' });
    const gone = await list(adam.visitor, `scope=space&space=${team}&state=cancelled&name=half`);
    expect(gone.uploads.find((upload) => upload.id === id)).toMatchObject({
      ...{ state: 'cancelled', received: 5, expiresAt: null, owner: { name: 'Berta' } },
    });
    expect(gone.bytes).toBe(0);
    const wanted = { name: 'wrong.bin', length: 5, sha256: '0'.repeat(64), space: team };
    const wrong = (await berta.visitor.sendJson('POST', '/api/uploads', wanted)).as(uploadStatusSchema).upload.id;
    const sent = await berta.visitor.send(`/api/uploads/${wrong}`, {
      ...{ method: 'PATCH', headers: { 'Upload-Offset': '0' }, body: BYTES.subarray(0, 5) },
    });
    expect(sent.problem.code).toBe('digest-mismatch');
    const failed = await list(adam.visitor, `scope=space&space=${team}&state=failed`);
    expect(failed.uploads).toEqual([
      expect.objectContaining({ id: wrong, state: 'failed', reason: 'digest-mismatch' }),
    ]);
  });
});

describe('an upload into a space', () => {
  it('is extended, gone on with and finished by a manager of the space', async () => {
    const id = await begun(berta.visitor, team, 'from two.bin');
    await query(product.databaseUrl, `UPDATE uploads SET expires_at = now() + interval '1 hour' WHERE id = '${id}'`);
    const kept = (await adam.visitor.send(`/api/uploads/${id}/extend`, { method: 'POST' })).as(uploadStatusSchema);
    expect(new Date(kept.upload.expiresAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 86_400_000);
    expect((await send(adam.visitor, id, 1)).status).toBe(200);
    expect((await send(adam.visitor, id, 2)).status).toBe(201);
  });

  it('is nobody’s any more who no longer manages the space', async () => {
    const id = await begun(berta.visitor, team);
    const dora = await somebody(product, maria, 'Dora', 'member');
    await setRole(maria, team, dora, 'manager');
    expect((await dora.visitor.send(`/api/uploads/${id}`)).status).toBe(200);
    await setRole(maria, team, dora, 'editor');
    expect((await dora.visitor.send(`/api/uploads/${id}`, { method: 'DELETE' })).status).toBe(404);
    await berta.visitor.send(`/api/uploads/${id}`, { method: 'DELETE' });
  });
});

describe('a purge', () => {
  it('tells first what would go, and removes just that when it is told to', async () => {
    const [old, fresh] = [await begun(berta.visitor, team), await begun(berta.visitor, team)];
    await rest(old, 3);
    const told = await purge(adam.visitor, { scope: 'space', space: team });
    expect(told).toEqual({ dryRun: true, matched: 1, bytes: 5, removed: 0, freed: 0, kept: 0, more: false });
    expect((await berta.visitor.send(`/api/uploads/${old}`)).as(uploadStatusSchema).upload.state).toBe('receiving');
    const done = await purge(adam.visitor, { scope: 'space', space: team, dryRun: false });
    expect(done).toEqual({ dryRun: false, matched: 1, bytes: 5, removed: 1, freed: 5, kept: 0, more: false });
    expect((await send(berta.visitor, old, 1)).problem.code).toBe('upload-cancelled');
    expect((await send(berta.visitor, fresh, 1)).status).toBe(200);
    await berta.visitor.send(`/api/uploads/${fresh}`, { method: 'DELETE' });
  });

  it('is of one’s own, whatever one manages, unless more is asked for', async () => {
    const [mine, hers] = [await begun(adam.visitor, undefined), await begun(berta.visitor, undefined)];
    for (const id of [mine, hers]) await rest(id, 3);
    expect(await purge(adam.visitor, { scope: 'own', dryRun: false })).toMatchObject({ matched: 1, removed: 1 });
    expect(await purge(maria, { scope: 'own' })).toMatchObject({ matched: 0 });
    expect(await purge(maria, { scope: 'all', owner: berta.id, dryRun: false })).toMatchObject({ removed: 1 });
  });

  it.each([
    [{ scope: 'all' }, 403, 'not-permitted'],
    [{ scope: 'space' }, 400, 'invalid-request'],
    [{ scope: 'own', idleFor: 59 }, 400, 'invalid-request'],
    [{ scope: 'own', idleFor: undefined }, 400, 'invalid-request'],
    [{ scope: 'own', dryRun: 'false' }, 400, 'invalid-request'],
    [{ scope: 'own', state: 'complete' }, 400, 'invalid-request'],
    [{ scope: 'own', name: '\0' }, 400, 'invalid-request'],
    [{}, 400, 'invalid-request'],
  ])('refuses a member who wants %j, and removes nothing', async (wanted, status, code) => {
    const id = await begun(berta.visitor, undefined);
    await rest(id, 3);
    const body = { idleFor: 3600, dryRun: false, ...wanted };
    const answer = await berta.visitor.sendJson('POST', '/api/uploads/purge', body);
    expect([answer.status, answer.problem.code]).toEqual([status, code]);
    expect((await berta.visitor.send(`/api/uploads/${id}`)).as(uploadStatusSchema).upload.state).toBe('receiving');
    await berta.visitor.send(`/api/uploads/${id}`, { method: 'DELETE' });
  });

  it('loses no upload that made progress, beside the chunks of all', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const ids = await Promise.all(Array.from({ length: 5 }, () => begun(berta.visitor, team)));
      await Promise.all(ids.map((id) => rest(id, 3)));
      const [purged, ...sent] = await Promise.all([
        purge(adam.visitor, { scope: 'space', space: team, dryRun: false }),
        ...ids.map((id) => send(berta.visitor, id, 1)),
      ]);
      const held = sent.filter(({ status }) => status === 200).length;
      for (const [index, answer] of sent.entries()) {
        const status = (await berta.visitor.send(`/api/uploads/${ids[index]}`)).as(uploadStatusSchema);
        if (answer.status === 200) expect(status.upload).toMatchObject({ state: 'receiving', received: 10 });
        else expect([answer.problem.code, status.upload.state]).toEqual(['upload-cancelled', 'cancelled']);
      }
      expect(purged.removed).toBe(ids.length - held);
      for (const id of ids) await berta.visitor.send(`/api/uploads/${id}`, { method: 'DELETE' });
    }
    expect(await balanced(product)).toEqual([]);
  });
});
