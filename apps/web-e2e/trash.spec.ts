import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { expectAccessible } from './support/accessible.js';
import { inChromium } from './support/in-chromium.js';
import { clearAll, entriesIn, makeFolder, openFolder, rootOf } from './support/our-files.js';
import { chooseAction, chooseFiles, tabTo } from './support/our-page.js';
import { refuse } from './support/refuse.js';
import { SourceFolder } from './support/source-folder.js';

const product = new Product();
const source = new SourceFolder('trash');
const small = source.write('small.txt', 1_000);
let root = '';
beforeAll(async () => {
  await product.start();
  root = await rootOf(product);
});
afterEach(() => clearAll(product));
afterAll(async () => {
  await product.dispose();
  source.remove();
});

/** Uploads a file into a folder, and deletes it there. */
async function discardOne(page: Page): Promise<void> {
  await makeFolder(product, root, 'reports');
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await openFolder(page, 'reports');
  await chooseFiles(page, [small.path]);
  await page.getByRole('link', { name: 'Download small.txt' }).waitFor();
  await chooseAction(page, 'small.txt', 'Delete');
  await page.getByRole('link', { name: 'Download small.txt' }).waitFor({ state: 'detached' });
}

describe('the trash', () => {
  inChromium('in the page', (browsing) => {
    it('says what was deleted from where, and gives it back there', async () => {
      const page = await browsing.open(product.url);
      await discardOne(page);
      await page.getByRole('link', { name: 'Trash', exact: true }).click();
      await page.getByRole('heading', { name: 'Trash' }).waitFor();
      expect(await page.title()).toContain('Trash');
      expect(await page.evaluate('document.activeElement.id')).toBe('trash-title');
      const row = page.getByRole('list', { name: 'Trash' }).getByRole('listitem').filter({ hasText: 'small.txt' });
      expect((await row.innerText()).replace(/\s+/gu, ' ')).toContain('from reports');
      const restore = page.getByRole('button', { name: 'Restore small.txt' });
      await restore.click();
      await restore.waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Back to the files' }).click();
      await openFolder(page, 'reports');
      await page.getByRole('link', { name: 'Download small.txt' }).waitFor();
    });

    it('asks what is to become of a file whose name is taken again, with the keyboard alone', async () => {
      const page = await browsing.open(product.url);
      await discardOne(page);
      await chooseFiles(page, [small.path]);
      await page.getByRole('link', { name: 'Download small.txt' }).waitFor();
      await tabTo(page, 'Trash');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Trash' }).waitFor();
      await page.getByRole('button', { name: 'Restore small.txt' }).waitFor();
      await tabTo(page, 'Restore small.txt');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'This name is taken' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Restore small.txt');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await tabTo(page, 'Keep both');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Restore small.txt' }).waitFor({ state: 'detached' });
      const reports = await makeFolder(product, root, 'reports');
      expect(await entriesIn(product, reports)).toEqual(['reports/small (1).txt', 'reports/small.txt']);
    });

    it('says that it could not be read, and reads again', async () => {
      const page = await browsing.open(`${product.url}/spaces/${root}/trash`);
      await page.getByRole('heading', { name: 'Trash' }).waitFor();
      await page.route('**/api/spaces/*/trash*', refuse);
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByText('The trash could not be read.').waitFor();
      await page.unroute('**/api/spaces/*/trash*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('The trash could not be read.').waitFor({ state: 'detached' });
    });

    it.each(['light', 'dark'] as const)('has nothing that axe finds, in 320 pixels, %s', async (colorScheme) => {
      const page = await browsing.open(product.url, { colorScheme, viewport: { width: 320, height: 640 } });
      await discardOne(page);
      await page.getByRole('link', { name: 'Trash', exact: true }).click();
      await page.getByRole('button', { name: 'Restore small.txt' }).waitFor();
      await expectAccessible(page);
    });
  });
});
