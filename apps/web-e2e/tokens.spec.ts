import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { Visitor } from '../api-e2e/support/visitor.js';
import { expectAccessible } from './support/accessible.js';
import { inChromium } from './support/in-chromium.js';
import { tabTo } from './support/our-page.js';

const PASSWORD = 'a walrus in the kitchen';
const product = new Product();

beforeAll(async () => {
  await product.start();
  expect((await new Visitor(product).setUp('Maria', PASSWORD)).status).toBe(200);
});
afterAll(() => product.dispose());

const filesWith = async (secret: string) =>
  (await product.send('/api/files', { headers: { Authorization: `Bearer ${secret}` } })).status;

describe('tokens for programs', () => {
  inChromium('in the page', (browsing) => {
    const asMaria = async (options = {}): Promise<Page> => {
      const page = await browsing.open(`${product.url}/settings/tokens`, options);
      const dialog = page.getByRole('dialog', { name: 'Sign in' });
      await dialog.getByLabel('Name').fill('Maria');
      await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await dialog.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: 'Settings of Maria' }).waitFor();
      return page;
    };

    it('are made, work, are seen to be used, and are revoked', async () => {
      const page = await asMaria();
      expect(await page.title()).toBe('Tokens – Stowage');
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByText('A name tells you later what the token is for.').waitFor();
      await page.getByLabel('What for').fill('nightly backup');
      await page.getByRole('checkbox', { name: 'list and download files' }).check();
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByRole('heading', { name: 'Token for nightly backup' }).waitFor();
      const secret = await page.getByLabel('Token', { exact: true }).inputValue();
      expect(await filesWith(secret)).toBe(200);
      await page.getByRole('button', { name: 'Done' }).click();
      await page.reload();
      await page.getByText('used just now').waitFor();
      expect(await page.getByText(secret).count()).toBe(0);

      await page.getByRole('button', { name: /^Revoke nightly backup/u }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('No program acts for you.').waitFor();
      expect(await filesWith(secret)).toBe(401);
    });

    it('are found from the settings, with the keyboard', async () => {
      const page = await asMaria();
      await page.goto(product.url);
      await tabTo(page, 'Settings of Maria');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
      await tabTo(page, 'Tokens');
      await page.keyboard.press('Enter');
      await page.getByLabel('What for').focus();
      await page.keyboard.type('by hand');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Token for by hand' }).waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('shown-once-title');
    });

    it.each(['light', 'dark'] as const)('meet nothing that axe finds, in 320 pixels, %s', async (colorScheme) => {
      const page = await asMaria({ colorScheme, viewport: { width: 320, height: 640 } });
      await page.getByLabel('What for').fill('narrow');
      await page.getByRole('checkbox', { name: 'upload' }).check();
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByRole('heading', { name: 'Token for narrow' }).waitFor();
      await expectAccessible(page);
      await page.goto(`${product.url}/settings/security`);
      await page.getByText('This browser').waitFor();
      await expectAccessible(page);
    });
  });
});
