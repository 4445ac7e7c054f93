// Several files and folders at once, as somebody does it: chosen with the mouse or with keys, and then all of them.
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { readZip } from '../api-e2e/support/unzip.js';
import { until } from '../api-e2e/support/until.js';
import { expectAccessible } from './support/accessible.js';
import { inChromium } from './support/in-chromium.js';
import { clearAll, entriesIn, entryRow, makeFolder, namesShown, putFile, rootOf } from './support/our-files.js';
import { HeldBlob } from './support/held-blob.js';

const NAMES = ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt'];

const product = new Product();
let root = '';
beforeAll(async () => {
  await product.start();
  root = await rootOf(product);
});
afterEach(() => clearAll(product));
afterAll(() => product.dispose());

const bytesOf = (name: string): Buffer => Buffer.from(`what is in ${name}`);

/** Five files and a folder, `target`, in the root; the folder's id. */
async function furnish(): Promise<string> {
  const target = await makeFolder(product, root, 'target');
  for (const name of NAMES) await putFile(product, root, name, bytesOf(name));
  return target;
}

const bar = (page: Page) => page.getByRole('toolbar', { name: 'Selected items' });
const undo = (page: Page) => page.getByRole('region', { name: 'What was done last' });
const work = (page: Page) => page.getByRole('region', { name: 'Work in progress' });

/** Chooses the folder `target` in the dialog that is open. */
async function intoTarget(page: Page, title: string, confirm: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.getByRole('button', { name: 'target', exact: true }).click();
  await dialog.getByText('No folders here.').waitFor();
  await dialog.getByRole('button', { name: confirm }).click();
  await dialog.waitFor({ state: 'detached' });
}

describe('several entries', () => {
  inChromium('in the page', (browsing) => {
    it('are chosen with the mouse, moved through the dialog, and taken back', async () => {
      const target = await furnish();
      const page = await browsing.open(product.url);
      const size = (name: string) => entryRow(page, name).locator('.size');
      await size('a.txt').click();
      await size('c.txt').click({ modifiers: ['Control'] });
      await size('e.txt').click({ modifiers: ['Shift'] });
      await bar(page).getByText('4 selected').waitFor();
      await bar(page).getByRole('button', { name: 'Move to…' }).click();
      await intoTarget(page, 'Move 4 items', 'Move here');
      await undo(page).getByText('4 items moved. They are in target now.').waitFor();
      expect(await namesShown(page)).toEqual(['target', 'b.txt']);
      expect(await bar(page).count()).toBe(0);
      expect(await entriesIn(product, target)).toEqual(['a', 'c', 'd', 'e'].map((name) => `target/${name}.txt`));
      await undo(page).getByRole('button', { name: 'Undo' }).click();
      await until('all are back', async () => (await namesShown(page)).length === 6);
      expect(await entriesIn(product, target)).toEqual([]);
    });

    it('are chosen with keys, deleted, and brought back, without the mouse', async () => {
      await furnish();
      const page = await browsing.open(product.url);
      await entryRow(page, 'target').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Shift+ArrowDown');
      await bar(page).getByText('3 selected').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await bar(page).getByText('4 selected').waitFor();
      await page.keyboard.press('Delete');
      await undo(page).getByText('4 items moved to the trash.').waitFor();
      await until('they are gone', async () => (await namesShown(page)).join() === 'target,d.txt');
      expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('row');
      await page.keyboard.press('Control+z');
      await undo(page).getByText('4 items restored.').waitFor();
      await until('all are back', async () => (await namesShown(page)).length === 6);
      await page.keyboard.press('Control+a');
      await bar(page).getByText('6 selected').waitFor();
      await page.keyboard.press('Escape');
      await bar(page).waitFor({ state: 'detached' });
    });

    it('are copied, and downloaded as one ZIP file with every byte', async () => {
      const target = await furnish();
      await putFile(product, target, 'inner.txt', bytesOf('inner.txt'));
      const page = await browsing.open(product.url);
      await page.getByRole('checkbox', { name: 'Select all' }).click();
      await bar(page).getByText('6 selected').waitFor();
      await page.getByRole('checkbox', { name: 'Select c.txt' }).click();
      await bar(page).getByText('5 selected').waitFor();
      const coming = page.waitForEvent('download');
      await bar(page).getByRole('link', { name: 'Download' }).click();
      const zip = await readZip(readFileSync(await (await coming).path()));
      const files = zip.filter(({ name }) => !name.endsWith('/'));
      expect(new Map(files.map(({ name, bytes }) => [name, bytes.toString()]))).toEqual(
        new Map(['target/inner.txt', 'a.txt', 'b.txt', 'd.txt', 'e.txt'].map((name) => [name, what(name)])),
      );

      await page.getByRole('checkbox', { name: 'Select target' }).click();
      await bar(page).getByRole('button', { name: 'Copy to…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Copy 4 items' });
      await dialog.getByRole('button', { name: 'target', exact: true }).click();
      await dialog.getByText('No folders here.').waitFor();
      await dialog.getByRole('button', { name: 'Copy here' }).click();
      await undo(page).getByText('4 items copied. They are in target now.').waitFor();
      expect(await entriesIn(product, target)).toEqual(
        ['a', 'b', 'd', 'e', 'inner'].map((name) => `target/${name}.txt`),
      );
      expect(await namesShown(page)).toEqual(['target', ...NAMES]);
    });

    it('say how far they are, and stop when they are told to: what is done stays done', async () => {
      const target = await furnish();
      const held = await HeldBlob.of(product.databaseUrl, 'c.txt');
      try {
        const page = await browsing.open(product.url);
        for (const name of NAMES) await page.getByRole('checkbox', { name: `Select ${name}` }).click();
        await bar(page).getByRole('button', { name: 'Copy to…' }).click();
        await intoTarget(page, 'Copy 5 items', 'Copy here');
        await work(page).getByText('Copying 5 items…').waitFor();
        await work(page).getByText('2 of 5').waitFor();
        const progress = work(page).getByRole('progressbar', { name: 'Copying 5 items…' });
        expect(await progress.getAttribute('aria-valuetext')).toBe('2 of 5');
        await expectAccessible(page);
        let isTold = false;
        page.on('response', (response) => (isTold ||= response.request().method() === 'DELETE'));
        await work(page).getByRole('button', { name: 'Cancel' }).click();
        // It is told at once, or when the copy that stands still is over.
        await until('the server is told', async () => isTold || (await held.waiting()) >= 2);
        await held.release();
        await work(page)
          .getByText(/[23] items copied\. The rest was cancelled\./u)
          .waitFor();
        expect(['a,b', 'a,b,c']).toContain(
          (await entriesIn(product, target)).map((path) => path.slice('target/'.length, -'.txt'.length)).join(),
        );
        await until('the list is whole', async () => (await namesShown(page)).length === 6);
        await work(page).getByRole('button', { name: 'Close' }).click();
        await work(page).waitFor({ state: 'detached' });
      } finally {
        await held.release();
      }
    });

    it('whose names are taken where they go stay, and say so, and both can be kept', async () => {
      const target = await furnish();
      await putFile(product, target, 'b.txt', bytesOf('another'));
      const page = await browsing.open(product.url);
      for (const name of ['a.txt', 'b.txt']) await page.getByRole('checkbox', { name: `Select ${name}` }).click();
      await bar(page).getByRole('button', { name: 'Move to…' }).click();
      await intoTarget(page, 'Move 2 items', 'Move here');
      await work(page).getByText('1 item moved. 1 item stayed as it was.').waitFor();
      await work(page)
        .getByText(/^b\.txt: /u)
        .waitFor();
      await expectAccessible(page);
      expect(await namesShown(page)).toContain('b.txt');
      await work(page).getByRole('button', { name: 'Keep both' }).click();
      await undo(page).getByText('1 item moved.').waitFor();
      expect(await entriesIn(product, target)).toEqual(['a', 'b (1)', 'b'].map((name) => `target/${name}.txt`));
    });

    it('for a folder that has gone meanwhile stay where they are and chosen, and can go elsewhere', async () => {
      const target = await furnish();
      const other = await makeFolder(product, root, 'other');
      const page = await browsing.open(product.url);
      for (const name of NAMES) await page.getByRole('checkbox', { name: `Select ${name}` }).click();
      await bar(page).getByRole('button', { name: 'Move to…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Move 5 items' });
      await dialog.getByRole('button', { name: 'target', exact: true }).click();
      await dialog.getByText('No folders here.').waitFor();
      await product.send(`/api/entries/${target}`, { method: 'DELETE' });
      await dialog.getByRole('button', { name: 'Move here' }).click();
      await work(page).getByText('Nothing was moved.').waitFor();
      await work(page).getByText('There is no such folder', { exact: false }).waitFor();
      await bar(page).getByText('5 selected').waitFor();
      await bar(page).getByRole('button', { name: 'Move to…' }).click();
      await dialog.getByRole('button', { name: 'other', exact: true }).click();
      await dialog.getByText('No folders here.').waitFor();
      await dialog.getByRole('button', { name: 'Move here' }).click();
      await undo(page).getByText('5 items moved. They are in other now.').waitFor();
      expect(await entriesIn(product, other)).toHaveLength(5);
    });
  });
});

/** What is in a file, by its path. */
function what(path: string): string {
  return bytesOf(path.split('/').at(-1) ?? '').toString();
}
