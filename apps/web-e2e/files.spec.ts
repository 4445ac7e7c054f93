import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { until } from '../api-e2e/support/until.js';
import { expectAccessible } from './support/accessible.js';
import { drop } from './support/drop.js';
import { inChromium } from './support/in-chromium.js';
import {
  clearAll,
  entriesIn,
  entryRow,
  giveName,
  makeFolder,
  namesShown,
  openFolder,
  rootOf,
} from './support/our-files.js';
import { chooseAction, chooseFiles, waitForState } from './support/our-page.js';
import { SourceFolder } from './support/source-folder.js';

const product = new Product();
const source = new SourceFolder('files');
const small = source.write('small.txt', 1_000);
const other = source.write('other.bin', 5_000);
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

/** A page with a file and a folder with another folder in it. */
async function furnish(page: Page): Promise<void> {
  await makeFolder(product, root, 'reports/2026');
  await chooseFiles(page, [small.path]);
  await waitForState(page, small.name, 'Complete');
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await page.getByRole('link', { name: 'reports', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Download small.txt' }).waitFor();
}

describe('folders', () => {
  inChromium('in the page', (browsing) => {
    const open = (path = '/'): Promise<Page> => browsing.open(`${product.url}${path}`);

    it('are made, opened and left again, and what is chosen in them is uploaded into them', async () => {
      const page = await open();
      await page.getByRole('button', { name: 'New folder' }).click();
      await giveName(page, 'letters');
      await openFolder(page, 'letters');
      expect(new URL(page.url()).pathname).toMatch(/^\/files\/f\/[\w-]{22}$/u);
      expect(await page.evaluate('document.activeElement.id')).toBe('files-title');
      await page.getByText('This folder is empty.').waitFor();
      await chooseFiles(page, [small.path]);
      await page.getByRole('link', { name: 'Download small.txt' }).waitFor();
      expect((await product.files()).map(({ path, name }) => `${path}/${name}`)).toEqual(['letters/small.txt']);
      await page.reload();
      await page.getByRole('link', { name: 'Download small.txt' }).waitFor();
      await page.getByRole('navigation', { name: 'Folders above' }).getByRole('link', { name: 'Files' }).click();
      await page.getByRole('link', { name: 'letters', exact: true }).waitFor();
      await page.goBack();
      await page.getByRole('link', { name: 'Download small.txt' }).waitFor();
    });

    it('that have a name which is taken are not made, which is said without losing what was typed', async () => {
      const page = await open();
      await furnish(page);
      await page.getByRole('button', { name: 'New folder' }).click();
      await giveName(page, 'Reports');
      await page.getByText('There is something with this name already.').waitFor();
      expect(await page.getByRole('dialog').getByLabel('Name').inputValue()).toBe('Reports');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await entriesIn(product, root)).toEqual(['reports', 'small.txt']);
    });

    it('that are gone say so, with a way to those that are there', async () => {
      const page = await open(`/files/f/${'x'.repeat(22)}`);
      await page.getByText('There is no such folder.').waitFor();
      await page.getByRole('link', { name: 'Go to your files' }).click();
      await page.getByText('No files yet.').waitFor();
    });

    it('take what is dropped on them from outside, and keep empty folders', async () => {
      const trip = source.write('trip/day 1/a.txt', 10);
      mkdirSync(join(source.path, 'trip', 'day 2'), { recursive: true });
      const page = await open();
      await furnish(page);
      await drop(page, 'stow-entry-row:has-text("reports")', [other.path]);
      await waitForState(page, other.name, 'Complete');
      expect((await product.files()).find(({ name }) => name === other.name)?.path).toBe('reports');
      await openFolder(page, 'reports');
      await drop(page, 'body', [join(source.path, 'trip')]);
      await waitForState(page, trip.name, 'Complete');
      await openFolder(page, 'trip');
      await until('both days are there', async () => (await namesShown(page)).join() === 'day 1,day 2');
    });

    it('are moved into by dragging, and what was moved is taken back', async () => {
      const page = await open();
      await furnish(page);
      await entryRow(page, 'small.txt').dragTo(entryRow(page, 'reports'));
      await page.getByRole('link', { name: 'Download small.txt' }).waitFor({ state: 'detached' });
      expect((await product.files())[0]?.path).toBe('reports');
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('link', { name: 'Download small.txt' }).waitFor();
      await openFolder(page, 'reports');
      await entryRow(page, '2026').dragTo(page.getByRole('navigation', { name: 'Folders above' }).getByRole('link'));
      await page.getByText('This folder is empty.').waitFor();
      expect(await entriesIn(product, root)).toEqual(['2026', 'reports', 'small.txt']);
    });

    it('ask what is to become of a file whose name is taken where it is moved', async () => {
      const page = await open();
      await furnish(page);
      await openFolder(page, 'reports');
      await chooseFiles(page, [small.path]);
      await page.getByRole('link', { name: 'Download small.txt' }).waitFor();
      await chooseAction(page, 'small.txt', 'Move to…');
      const target = page.getByRole('dialog', { name: 'Move small.txt' });
      await target.getByText('It is here already.').waitFor();
      await target.getByRole('navigation').getByRole('button').last().click();
      await target.getByRole('button', { name: 'Move here' }).click();
      const conflict = page.getByRole('dialog', { name: 'This name is taken' });
      await conflict.getByRole('button', { name: 'Cancel' }).click();
      expect((await product.files()).map(({ path }) => path).sort()).toEqual(['', 'reports']);
      await chooseAction(page, 'small.txt', 'Move to…');
      await target.getByRole('navigation').getByRole('button').last().click();
      await target.getByRole('button', { name: 'Move here' }).click();
      await conflict.getByRole('button', { name: 'Keep both' }).click();
      await page.getByRole('link', { name: 'Download small.txt' }).waitFor({ state: 'detached' });
      expect(await entriesIn(product, root)).toEqual(['reports', 'small (1).txt', 'small.txt']);
    });

    it('are used with the keyboard alone', async () => {
      const page = await open();
      await furnish(page);
      await entryRow(page, 'reports').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('F2');
      await page.getByRole('dialog', { name: 'Rename' }).waitFor();
      await page.keyboard.type('renamed');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Download renamed.txt' }).waitFor();
      await until('the row has the focus again', async () => {
        return (await page.evaluate('document.activeElement.getAttribute("role")')) === 'row';
      });
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'reports' }).waitFor();
      await page.keyboard.press('n');
      await page.getByRole('dialog', { name: 'New folder' }).waitFor();
      await page.keyboard.type('typed');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'typed', exact: true }).waitFor();
      await entryRow(page, 'typed').focus();
      await page.keyboard.press('Delete');
      await page.getByRole('link', { name: 'typed', exact: true }).waitFor({ state: 'detached' });
      expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('row');
      await page.keyboard.press('Control+z');
      await page.getByRole('link', { name: 'typed', exact: true }).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByRole('checkbox').uncheck();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.keyboard.press('n');
      expect(await page.getByRole('dialog').count()).toBe(0);
    });

    it('are ordered and laid out as their address says, and as was chosen last', async () => {
      const page = await open();
      await furnish(page);
      await chooseFiles(page, [other.path]);
      await page.getByRole('link', { name: 'Download other.bin' }).waitFor();
      await page.getByRole('button', { name: 'Size' }).click();
      await until(
        'the small one is first',
        async () => (await namesShown(page)).join() === 'reports,small.txt,other.bin',
      );
      await page.getByRole('button', { name: 'Size' }).click();
      await until(
        'the small one is last',
        async () => (await namesShown(page)).join() === 'reports,other.bin,small.txt',
      );
      await page.getByRole('button', { name: 'Show as a grid' }).click();
      await entryRow(page, 'reports').waitFor();
      expect(new URL(page.url()).search).toBe('?view=grid&sort=size&order=desc');
      const again = await page.context().newPage();
      await again.goto(`${product.url}/`);
      await again.locator('stow-entry-card').first().waitFor();
      expect(await namesShown(again)).toEqual(['reports', 'other.bin', 'small.txt']);
    });

    it('of very many files stay quick, to the last of them', async () => {
      const parent = await makeFolder(product, root, 'many');
      for (let batch = 0; batch < 20; batch += 1) {
        await Promise.all(
          Array.from({ length: 15 }, (_, index) => makeFolder(product, parent, `folder ${batch * 15 + index}`)),
        );
      }
      const page = await open(`/files/f/${parent}`);
      await page.getByText('300 items').waitFor();
      expect(await page.locator('stow-entry-row').count()).toBeLessThan(80);
      await entryRow(page, 'folder 0').focus();
      await page.keyboard.press('End');
      await entryRow(page, 'folder 299').waitFor();
      await until('it has the focus', async () => {
        return (await page.evaluate<string | null>('document.activeElement.getAttribute("data-index")')) === '299';
      });
    });

    it.each(['light', 'dark'] as const)(
      'have nothing that axe finds, in 320 pixels and wide, %s',
      async (colorScheme) => {
        for (const width of [320, 1280]) {
          const page = await browsing.open(product.url, { colorScheme, viewport: { width, height: 800 } });
          if (width === 320) await furnish(page);
          await entryRow(page, 'small.txt').getByRole('checkbox').check();
          await expectAccessible(page);
          await page.getByRole('button', { name: 'small.txt', exact: true }).click();
          await page.getByText('SHA-256').waitFor();
          await expectAccessible(page);
          await page.getByRole('button', { name: 'Close the details' }).click();
          await chooseAction(page, 'small.txt', 'Move to…');
          await page.getByRole('dialog').getByRole('button', { name: 'reports' }).waitFor();
          await expectAccessible(page);
          await page.keyboard.press('Escape');
          await page.getByRole('button', { name: 'Show as a grid' }).click();
          await page.locator('stow-entry-card').first().waitFor();
          await expectAccessible(page);
        }
      },
    );
  });
});
