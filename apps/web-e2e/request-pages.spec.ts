// Unmodified pages with Dropzone that send to whoever asks for files: without an account, with nothing but the address.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { entryListSchema, linkSchema, spaceListSchema, type Link } from '@stowage/contract';
import type { Page } from 'playwright-core';
import { query } from '../api-e2e/support/database.js';
import { Product } from '../api-e2e/support/product.js';
import { until } from '../api-e2e/support/until.js';
import { Visitor } from '../api-e2e/support/visitor.js';
import { drop } from './support/drop.js';
import { MODERN_PAGE, TUTORIAL_PAGE, dropzonePages } from './support/dropzone-pages.js';
import { inChromium } from './support/in-chromium.js';
import { ReverseProxy, type Pages } from './support/reverse-proxy.js';
import { SourceFolder, type SourceFile } from './support/source-folder.js';

const PASSWORD = 'purple monkey dishwasher';
const product = new Product();
const source = new SourceFolder('request pages');
let maria: Visitor;
let space: string;
let request: Link;
/** What the page has besides: fields, as somebody would write them into it. */
let fields = '';

/** The pages of the tutorial and of today, whose address is that of the request. */
const pages: Pages = (asked, response) => {
  const page = { '/tutorial': TUTORIAL_PAGE, '/modern': MODERN_PAGE }[asked.url ?? ''];
  if (page === undefined) return dropzonePages(asked, response);
  const text = page
    .replaceAll('"/upload"', `"/r/${request.slug}/upload"`)
    .replaceAll(`'/upload'`, `'/r/${request.slug}/upload'`);
  response
    .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
    .end(text.replace('</form>', `${fields}</form>`));
  return true;
};
const proxy = new ReverseProxy(() => product.url, pages);

beforeAll(async () => {
  await product.start();
  await proxy.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', 'a walrus in the kitchen');
  [{ id: space } = { id: '' }] = (await maria.send('/api/spaces')).as(spaceListSchema).spaces;
  request = (await maria.sendJson('POST', '/api/share-links', { kind: 'request', entry: space })).as(linkSchema);
});
afterAll(async () => {
  await proxy.stop();
  await product.dispose();
  source.remove();
});

const entries = async () => (await maria.send(`/api/folders/${space}/entries?limit=200`)).as(entryListSchema).entries;

async function expectArrived({ name, sha256 }: SourceFile, sender: string | undefined): Promise<void> {
  const found = async () => (await entries()).find((entry) => entry.name === name);
  await until('the file is there', async () => (await found()) !== undefined);
  expect(await found()).toMatchObject({ sha256, ...(sender === undefined ? {} : { sender }) });
}

const dropOn = (page: Page, file: SourceFile) => drop(page, '#dropper', [file.path]);
const preview = (page: Page) => page.locator('.dz-preview').last();

for (const path of ['/tutorial', '/modern']) {
  inChromium(`a page with Dropzone at ${path}`, (browsing) => {
    it('uploads a file of several chunks by a request, and says who sends it', async () => {
      fields = '<input name="sender" value="Ana">';
      const file = source.write(`${path.slice(1)} several.bin`, 2_500_000);
      const page = await browsing.open(`${proxy.url}${path}`);
      await dropOn(page, file);
      await preview(page).and(page.locator('.dz-success.dz-complete')).waitFor();
      await expectArrived(file, 'Ana');
    });

    it('shows the refusal of a wrong password for uploads, and uploads with the right one', async () => {
      await maria.sendJson('PUT', `/api/entries/${space}/upload-password`, { password: PASSWORD });
      fields = '<input name="password" type="password">';
      const file = source.write(`${path.slice(1)} with password.bin`, 1_500_000);
      const page = await browsing.open(`${proxy.url}${path}`);
      await page.fill('input[name=password]', 'wrong');
      await dropOn(page, file);
      await preview(page).and(page.locator('.dz-error')).waitFor();
      expect(await preview(page).locator('[data-dz-errormessage]').last().textContent()).toBe(
        'This is not the password for uploads: Ask whoever manages the space.',
      );
      // Nothing is stored: no file, no upload, no byte.
      expect((await entries()).some(({ name }) => name === file.name)).toBe(false);
      expect(await query(product.databaseUrl, `SELECT state FROM uploads WHERE name = '${file.name}'`)).toEqual([]);
      expect([product.staged, product.blobs.some(({ path: blob }) => blob.endsWith(file.sha256))]).toEqual([[], false]);
      await page.fill('input[name=password]', PASSWORD);
      await dropOn(page, file);
      await preview(page).and(page.locator('.dz-success.dz-complete')).waitFor();
      await expectArrived(file, undefined);
      await maria.sendJson('PUT', `/api/entries/${space}/upload-password`, { password: null });
    });
  });
}
