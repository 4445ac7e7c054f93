// What a share leads to as one ZIP file: all of it or some, and nothing else.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { linkAccessListSchema, linkSchema, type LinkWish } from '@stowage/contract';
import { fileNameOf as nameOf } from './support/content-disposition.js';
import type { Answer } from './support/http.js';
import { Holder, entryAt, newLink, put } from './support/links.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { newSpace } from './support/spaces.js';
import { readZip } from './support/unzip.js';
import { Visitor } from './support/visitor.js';

const SECRET = 'purple monkey dishwasher';
const BYTES = new Random('link zips').bytes(3000);
let product: Product;
let maria: Visitor;
let space: string;
let films: string;
let film: string;
let beside: string;

beforeAll(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', 'a walrus in the kitchen');
  space = (await newSpace(maria, 'Secret plans')).id;
  film = await put(maria, space, 'films/2026', 'film.bin', BYTES);
  await put(maria, space, 'films', 'other.bin', BYTES);
  beside = await put(maria, space, '', 'beside.bin', BYTES);
  films = await entryAt(maria, space, 'films');
});
afterAll(() => product.dispose());

const refusal = (answer: Answer) => [answer.status, answer.problem.code];
async function shared(wanted: Partial<LinkWish> = {}, basic: string | null = null) {
  const link = await newLink(maria, { kind: 'share', entry: films, ...wanted });
  return { link, holder: new Holder(product, link.slug, basic) };
}
const fileNameOf = ({ headers }: Answer) => nameOf(String(headers['content-disposition']));
const namesIn = async (answer: Answer) => (await readZip(answer.body)).map(({ name }) => name).sort();

describe('a share as a ZIP file', () => {
  it('is all of it, or what is chosen of it, and called like it', async () => {
    const { holder } = await shared();
    const all = await holder.send('/zip');
    expect([all.status, all.type, fileNameOf(all)]).toEqual([200, 'application/zip', 'films.zip']);
    expect(await namesIn(all)).toEqual(['films/', 'films/2026/', 'films/2026/film.bin', 'films/other.bin']);
    const one = await holder.send(`/zip?entries=${film}`);
    expect([fileNameOf(one), await namesIn(one)]).toEqual(['film.bin.zip', ['film.bin']]);
    // Of several folders: its name tells nothing of what is above.
    const other = await entryAt(maria, films, 'other.bin');
    const several = await holder.send(`/zip?entries=${film},${other},${film}`);
    expect([fileNameOf(several), await namesIn(several)]).toEqual(['films.zip', ['film.bin', 'other.bin']]);
    const ofFile = await shared({ entry: film });
    expect(await namesIn(await ofFile.holder.send('/zip'))).toEqual(['film.bin']);
    const ofSpace = await shared({ entry: space });
    expect(await namesIn(await ofSpace.holder.send('/zip'))).toContain('Secret plans/beside.bin');
    expect(all.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'cache-control': 'private, no-store',
    });
  });

  it('has nothing of what lies elsewhere', async () => {
    const { holder } = await shared();
    for (const entries of [beside, space, `${film},${beside}`, 'A'.repeat(22), 'x', `${film},`, '..']) {
      const answer = await holder.send(`/zip?entries=${entries}`);
      expect([entries, ...refusal(answer)]).toEqual([entries, 404, 'entry-not-found']);
    }
    expect(refusal(await holder.send(`/zip?entries=${Array(201).fill(film).join(',')}`))).toEqual([
      400,
      'invalid-request',
    ]);
  });

  it('wants the password, and counts as one download', async () => {
    const { holder, link } = await shared({ password: SECRET, maxDownloads: 1 }, SECRET);
    expect(refusal(await new Holder(product, link.slug).send('/zip'))).toEqual([401, 'link-password-needed']);
    expect((await holder.send('/zip', { method: 'HEAD' })).status).toBe(200);
    expect(refusal(await holder.send(`/zip?entries=${beside}`))).toEqual([404, 'entry-not-found']);
    expect((await maria.send(`/api/share-links/${link.id}`)).as(linkSchema).downloads).toBe(0);
    expect((await holder.send('/zip')).status).toBe(200);
    expect(refusal(await holder.send('/zip'))).toEqual([410, 'link-used-up']);
    // What it was counted for is the whole, and no file of it.
    const range = { headers: { Range: 'bytes=1-' } };
    expect(refusal(await holder.send(`/files/${film}/content`, range))).toEqual([410, 'link-used-up']);
    const { accesses } = (await maria.send(`/api/share-links/${link.id}/accesses`)).as(linkAccessListSchema);
    expect(accesses.map(({ action, name }) => [action, name])).toEqual([['downloaded', 'films.zip']]);
  });
});
