import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { Visitor } from '../api-e2e/support/visitor.js';
import { expectAccessible } from './support/accessible.js';
import { inChromium } from './support/in-chromium.js';
import { openAs } from './support/people-pages.js';
import { SourceFolder } from './support/source-folder.js';

const MARIA = ['Maria', 'a walrus in the kitchen'] as const;

/** Pages for whoever has signed in. */
const PAGES = [
  ...['/', '/transfers', '/settings/profile', '/settings/security', '/settings/tokens'],
  ...['/admin/users', '/admin/spaces', '/admin/transfers'],
];

/** Words that German pages have only by mistake. */
const ENGLISH = /\b(?:the|your files|upload your|password|sign in|settings of)\b/iu;

let product: Product;
const source = new SourceFolder('languages');

beforeEach(async () => {
  product = new Product();
  await product.start();
  await new Visitor(product).setUp(...MARIA);
});
afterEach(() => product.dispose());
afterAll(() => source.remove());

describe('the language of the page', () => {
  inChromium('in the page', (browsing) => {
    /** Signs in where the browser asks for German. */
    async function inGerman(path: string, options: BrowserContextOptions = {}): Promise<Page> {
      const page = await browsing.open(`${product.url}${path}`, { locale: 'de-AT', ...options });
      const dialog = page.getByRole('dialog', { name: 'Anmelden' });
      await dialog.getByLabel('Name').fill(MARIA[0]);
      await dialog.getByLabel('Passwort', { exact: true }).fill(MARIA[1]);
      await dialog.getByRole('button', { name: 'Anmelden' }).click();
      await page.getByRole('link', { name: 'Einstellungen von Maria' }).waitFor();
      return page;
    }

    it('is the one that the browser asks for, on every page, narrow and dark as well', async () => {
      const page = await inGerman('/', { viewport: { width: 320, height: 640 }, colorScheme: 'dark' });
      for (const path of PAGES) {
        await page.goto(`${product.url}${path}`);
        await page.getByRole('main').waitFor();
        expect(await page.evaluate('document.documentElement.lang')).toBe('de');
        expect((await page.locator('body').innerText()).match(ENGLISH)?.[0]).toBeUndefined();
        await expectAccessible(page);
      }
    });

    it('is spoken of what goes wrong, and in numbers', async () => {
      const page = await inGerman('/');
      const choosing = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Dateien auswählen' }).click();
      const { path } = source.write('Bericht.pdf', 1_500_000);
      await (await choosing).setFiles([path]);
      const list = page.getByRole('list', { name: 'Übertragungen' });
      await list.getByText('Fertig', { exact: true }).waitFor();
      await list.getByText('1,5 MB').waitFor();

      const again = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Dateien auswählen' }).click();
      await (await again).setFiles([path]);
      await list.getByText('Die Datei gibt es schon').waitFor();
    });

    it('can be chosen, counts at once and for the next visit, and is told to screen readers', async () => {
      const page = await openAs(browsing, product, MARIA, '/settings/profile', { locale: 'fr-FR' });
      expect(await page.evaluate('document.documentElement.lang')).toBe('en');
      await page.getByLabel('Language').selectOption('de');
      await page.getByText('Die Seite ist jetzt auf Deutsch.').waitFor({ state: 'attached' });
      await page.getByRole('heading', { name: 'Profil' }).waitFor();
      expect(await page.title()).toBe('Profil – Stowage');
      await page.reload();
      await page.getByRole('heading', { name: 'Profil' }).waitFor();
      await page.getByLabel('Sprache').selectOption('en');
      await page.getByRole('heading', { name: 'Profile' }).waitFor();
    });

    it('stays as it is when the words of another cannot be had', async () => {
      const page = await openAs(browsing, product, MARIA, '/settings/profile', { locale: 'en-GB' });
      await page.context().setOffline(true);
      await page.getByLabel('Language').selectOption('de');
      await page.getByText('The language could not be changed.').waitFor();
      expect(await page.evaluate('document.documentElement.lang')).toBe('en');
      await page.context().setOffline(false);
      await page.getByLabel('Language').selectOption('en');
      await page.getByLabel('Language').selectOption('de');
      await page.getByRole('heading', { name: 'Profil' }).waitFor();
    });
  });
});
