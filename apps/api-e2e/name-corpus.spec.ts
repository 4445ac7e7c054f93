// Every name by every way that one comes in, and out again by every way that one leaves: one verdict, and the same bytes.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  entryListSchema,
  entrySchema,
  fileSchema,
  folderSchema,
  heldShareSchema,
  MAX_NAME_BYTES,
  operationSchema,
  sharedEntryListSchema,
  type Entry,
} from '@stowage/contract';
import { fileNameOf } from './support/content-disposition.js';
import type { Answer } from './support/http.js';
import { Holder, entriesOf, newLink } from './support/links.js';
import { BROKEN_BYTES, BROKEN_NAMES, NAMES, REFUSED_NAMES, UNSAFE_IN_ZIP } from './support/name-corpus.js';
import { NAME_WAYS, contentOf, rawForm, type NamePlace, type NameWay } from './support/name-ways.js';
import { Product } from './support/product.js';
import { newSpace } from './support/spaces.js';
import { atOnce, until } from './support/until.js';
import { readZip } from './support/unzip.js';
import { Visitor } from './support/visitor.js';

const product = new Product();
let maria: Visitor;
let space: string;
beforeAll(async () => {
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', 'a walrus in the kitchen');
  space = (await newSpace(maria, 'Names')).id;
});
afterAll(() => product.dispose());

let count = 0;
/** A folder of its own, and a request for it. */
async function newPlace(): Promise<NamePlace> {
  const made = await maria.sendJson('POST', '/api/folders', { parent: space, path: `place ${++count}` });
  const { id: folder } = made.as(folderSchema);
  const { slug } = await newLink(maria, { kind: 'request', entry: folder });
  return { product, by: maria, space, folder, slug };
}

const AT_ONCE = 4;
const WAYS = Object.entries(NAME_WAYS);
const sorted = (names: readonly string[]): string[] => [...names].sort();
const ALL_NAMES = sorted(NAMES.map(([, name]) => name));
const namesIn = (entries: readonly Entry[]): string[] => sorted(entries.map(({ name }) => name));

/** What a refused name is answered with; only what the way cannot carry at all is answered otherwise. */
function verdict({ carries }: NameWay, name: string): readonly [number, string] | null {
  if (carries === 'path') return name === '' || name.includes('/') ? null : [422, 'invalid-path'];
  // NUL is in no header of HTTP.
  if (carries === 'header' && name.includes('\u0000')) return [400, 'malformed-multipart'];
  return [422, 'invalid-name'];
}

describe.each(WAYS)('by %s', (_, way) => {
  it('every name that can be stored is, byte for byte', async () => {
    const place = await newPlace();
    await atOnce(
      AT_ONCE,
      NAMES.map(([kind, name]) => async () => {
        const answer = await way.send(place, name);
        if (![200, 201].includes(answer.status)) throw new Error(`${kind}: ${answer.status} ${answer.text}`);
      }),
    );
    const entries = await entriesOf(maria, place.folder);
    expect(namesIn(entries)).toEqual(ALL_NAMES);
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set([way.of]));
  });

  it('no other name is stored, and the refusal says why', async () => {
    const place = await newPlace();
    for (const [kind, name] of [...REFUSED_NAMES, ...(way.json ? BROKEN_NAMES : [])]) {
      const expected = verdict(way, name);
      if (expected === null) continue;
      const answer = await way.send(place, name);
      expect([kind, answer.status, answer.problem.code]).toEqual([kind, ...expected]);
      // A refusal is shown and logged: it does not repeat what was sent.
      if (name.length > 2) expect(answer.text).not.toContain(JSON.stringify(name).slice(1, -1));
    }
    expect(namesIn(await entriesOf(maria, place.folder))).toEqual([]);
  });
});

describe.each(['file', 'name', 'path'] as const)('bytes that are no UTF-8, as the %s of a form', (part) => {
  it.each(['/upload', '/uploads', 'upload', 'uploads'])('are refused: %s', async (to) => {
    const { folder, slug } = await newPlace();
    for (const [kind, bytes] of BROKEN_BYTES) {
      const { type, body } = rawForm(part, to.startsWith('/') ? folder : '', bytes);
      const ask = { method: 'POST', headers: { 'Content-Type': type }, body };
      const answer: Answer = to.startsWith('/')
        ? await maria.send(to, ask)
        : await new Holder(product, slug).send(`/r/${slug}/${to}`, ask);
      expect([kind, answer.status, answer.problem.code]).toEqual([
        kind,
        ...(part === 'file' ? [422, 'invalid-name'] : [400, 'malformed-multipart']),
      ]);
    }
    expect(namesIn(await entriesOf(maria, folder))).toEqual([]);
  });
});

describe('every name', () => {
  let folder: string;
  let slug: string;
  let files: readonly Entry[];
  beforeAll(async () => {
    ({ folder } = await newPlace());
    for (const [, name] of NAMES) {
      const put = await NAME_WAYS['the request that begins an upload']?.send(
        { product, by: maria, space, folder, slug: '' },
        name,
      );
      expect(put?.status).toBe(201);
    }
    ({ slug } = await newLink(maria, { kind: 'share', entry: folder }));
    files = await entriesOf(maria, folder);
  });

  it('is told by its folder, by itself, and by its download', async () => {
    expect(namesIn(files)).toEqual(ALL_NAMES);
    for (const { id, name } of files) {
      expect((await maria.send(`/api/entries/${id}`)).as(entrySchema).name).toBe(name);
      expect((await maria.send(`/api/files/${id}`)).as(fileSchema).name).toBe(name);
      for (const method of ['GET', 'HEAD']) {
        const { status, headers } = await maria.send(`/api/files/${id}/content`, { method });
        expect([status, fileNameOf(headers['content-disposition'] ?? '')]).toEqual([200, name]);
      }
    }
  });

  it('is told by a share of its folder and by a share of itself, and by their downloads', async () => {
    const holder = new Holder(product, slug);
    const { entries } = (await holder.send('/entries?limit=200')).as(sharedEntryListSchema);
    expect(sorted(entries.map(({ name }) => name))).toEqual(ALL_NAMES);
    for (const { id, name } of entries) {
      const { status, headers, body } = await holder.send(`/files/${id}/content`);
      expect([status, fileNameOf(headers['content-disposition'] ?? '')]).toEqual([200, name]);
      expect(body.equals(contentOf(name))).toBe(true);
      const own = new Holder(product, (await newLink(maria, { kind: 'share', entry: id })).slug);
      expect((await own.send()).as(heldShareSchema).entry?.name).toBe(name);
      const alone = await own.send(`/files/${id}/content`, { method: 'HEAD' });
      expect(fileNameOf(alone.headers['content-disposition'] ?? '')).toBe(name);
    }
  });

  it('is in the ZIP file of its space and in that of a share, unless it could not be unpacked', async () => {
    const holder = new Holder(product, slug);
    const [own, shared] = [await maria.send(`/api/zip?entries=${folder}`), await holder.send('/zip')];
    const [ownZip, sharedZip] = [await readZip(own.body), await readZip(shared.body)];
    expect(sharedZip.map(({ name }) => name)).toEqual(ownZip.map(({ name }) => name));
    const byContent = new Map(ownZip.map(({ name, bytes }) => [bytes.toString(), name]));
    for (const [kind, name] of NAMES) {
      const inside = byContent.get(contentOf(name).toString())?.replace(/^[^/]*\//u, '');
      if (UNSAFE_IN_ZIP.test(name)) expect([kind, inside]).not.toEqual([kind, name]);
      else expect([kind, inside]).toEqual([kind, name]);
      expect(inside).not.toMatch(UNSAFE_IN_ZIP);
      expect(Buffer.byteLength(inside ?? '')).toBeLessThanOrEqual(MAX_NAME_BYTES);
    }
    expect(byContent.size).toBe(NAMES.length + 1);
  });

  it('stays the same in the trash and back, moved, and copied', async () => {
    const { folder: to } = await newPlace();
    for (const { id } of files) await maria.send(`/api/entries/${id}`, { method: 'DELETE' });
    const trash = (await maria.send(`/api/spaces/${space}/trash?limit=200`)).as(entryListSchema).entries;
    expect(namesIn(trash.filter(({ id }) => files.some((file) => file.id === id)))).toEqual(ALL_NAMES);
    await operate({ action: 'restore', entries: files.map(({ id }) => id) });
    expect(namesIn(await entriesOf(maria, folder))).toEqual(ALL_NAMES);
    await operate({ action: 'copy', entries: files.map(({ id }) => id), to });
    expect(namesIn(await entriesOf(maria, to))).toEqual(ALL_NAMES);
    const { folder: last } = await newPlace();
    await operate({ action: 'move', entries: (await entriesOf(maria, to)).map(({ id }) => id), to: last });
    expect(namesIn(await entriesOf(maria, last))).toEqual(ALL_NAMES);
  });

  it('with a number is a name that can be stored, also at its full length', async () => {
    await operate({ action: 'copy', entries: files.map(({ id }) => id), to: folder, conflict: 'rename' });
    const entries = await entriesOf(maria, folder);
    expect(new Set(entries.map(({ name }) => name)).size).toBe(2 * NAMES.length);
    for (const { id, name } of entries) {
      expect([name.isWellFormed(), Buffer.byteLength(name) <= MAX_NAME_BYTES]).toEqual([true, true]);
      // What can be stored can be named so again.
      expect((await maria.sendJson('PATCH', `/api/entries/${id}`, { name })).status).toBe(200);
    }
  });
});

/** Does something with many entries, and waits until it is done. */
async function operate(wanted: object): Promise<void> {
  const begun = await maria.sendJson('POST', '/api/operations', wanted);
  const { id } = begun.as(operationSchema);
  let operation = begun.as(operationSchema);
  await until('the operation is done', async () => {
    operation = (await maria.send(`/api/operations/${id}`)).as(operationSchema);
    return operation.state !== 'running';
  });
  expect(operation).toMatchObject({ state: 'done', failed: 0 });
}
