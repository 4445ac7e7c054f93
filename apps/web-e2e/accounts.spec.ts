import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { query } from '../api-e2e/support/database.js';
import { Product } from '../api-e2e/support/product.js';
import { until } from '../api-e2e/support/until.js';
import { ReverseProxy } from './support/reverse-proxy.js';
import { expectAccessible } from './support/accessible.js';
import { inChromium } from './support/in-chromium.js';
import { chooseFiles, tabTo, transfer, waitForState } from './support/our-page.js';
import { SourceFolder } from './support/source-folder.js';

const PASSWORD = 'a walrus in the kitchen';
const source = new SourceFolder('accounts');
afterAll(() => source.remove());

let product: Product;

async function setUp(page: Page): Promise<void> {
  await page.getByLabel('Name').fill('Maria');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('link', { name: 'Settings of Maria' }).waitFor();
}

async function signIn(page: Page, password = PASSWORD): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  await dialog.getByLabel('Name').fill('maria');
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
}

describe('people', () => {
  beforeEach(async () => {
    product = new Product();
    await product.start();
  });
  afterEach(() => product.dispose());

  inChromium('in the page', (browsing) => {
    it('set the server up, upload, sign out, and sign in again', async () => {
      const file = source.write('mine.bin', 300_000);
      const page = await browsing.open(product.setUpLink);
      await page.getByRole('heading', { name: 'Set up Stowage' }).waitFor();
      expect(page.url()).toBe(`${new URL(product.setUpLink).origin}/setup`);
      expect(await page.title()).toBe('Set up – Stowage');
      await page.getByLabel('Name').fill('Maria');
      await page.getByLabel('Password', { exact: true }).fill('password1');
      await page.keyboard.press('Enter');
      await page.getByText('This password is among those that are tried first').waitFor();
      await setUp(page);
      await until('the files are shown', async () => (await page.title()) === 'Stowage');

      await chooseFiles(page, [file.path]);
      await waitForState(page, file.name, 'Complete');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
      await page.getByRole('link', { name: `Download ${file.name}` }).waitFor({ state: 'detached' });
      await signIn(page, 'a seal in the kitchen');
      await page.getByText('Nobody has this name and this password.').waitFor();
      await signIn(page);
      await page.getByRole('link', { name: `Download ${file.name}` }).waitFor();
    });

    it('find a link that was used over, and one without its end not whole', async () => {
      const link = product.setUpLink;
      await setUp(await browsing.open(link));
      const page = await browsing.open(link);
      await page.getByLabel('Name').fill('Eve');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Make the account' }).click();
      await page.getByRole('heading', { name: 'This link is over' }).waitFor();
      await page.getByRole('link', { name: 'Go to the files' }).click();
      await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
      const cut = await browsing.open(`${product.url}/setup`);
      await cut.getByRole('heading', { name: 'The link is not whole' }).waitFor();
    });

    it('see where they are signed in, end it there, and change their password', async () => {
      const page = await browsing.open(product.setUpLink);
      await setUp(page);
      const other = await browsing.open(product.url);
      await signIn(other);
      await other.getByRole('link', { name: 'Settings of Maria' }).waitFor();

      await page.getByRole('link', { name: 'Settings of Maria' }).click();
      await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
      expect(await page.title()).toBe('Security – Stowage');
      await page.getByText('This browser').waitFor();
      await page.getByRole('button', { name: /^Sign out Chrome on Linux/u }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: /^Sign out Chrome on Linux/u }).waitFor({ state: 'detached' });
      await other.reload();
      await other.getByRole('dialog', { name: 'Sign in' }).waitFor();

      await page.getByLabel('Password until now', { exact: true }).fill(PASSWORD);
      await page.getByLabel('New password', { exact: true }).fill('three blind mice run');
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByText('The password is changed.').waitFor();
      await signIn(other, 'three blind mice run');
      await other.getByRole('link', { name: 'Settings of Maria' }).waitFor();
    });

    it('leave an upload going while they look at another page, and it waits for them when they were signed out', async () => {
      const proxy = new ReverseProxy(
        () => product.url,
        () => false,
      );
      await proxy.start();
      try {
        const big = source.write('big.bin', 40 * 1024 * 1024);
        const page = await browsing.open(`${proxy.url}/setup${new URL(product.setUpLink).hash}`);
        await setUp(page);
        proxy.holdAfter(2);
        await chooseFiles(page, [big.path]);
        await transfer(page, big.name).waitFor();
        await page.getByRole('link', { name: 'Settings of Maria' }).click();
        await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
        await page.context().clearCookies();
        proxy.release();
        await signIn(page);
        await page.getByRole('link', { name: 'Stowage' }).click();
        await waitForState(page, big.name, 'Complete');
      } finally {
        await proxy.stop();
      }
    });

    it('find an upload finished that went on while nobody was signed in any more', async () => {
      const proxy = new ReverseProxy(
        () => product.url,
        () => false,
      );
      await proxy.start();
      try {
        const big = source.write('long.bin', 40 * 1024 * 1024);
        const page = await browsing.open(`${proxy.url}/setup${new URL(product.setUpLink).hash}`);
        await setUp(page);
        proxy.holdAfter(2);
        await chooseFiles(page, [big.path]);
        // Only an upload that has begun may go on without a session.
        await until('a part has arrived, the rest is held', async () => {
          return (
            proxy.held > 0 && (await query(product.databaseUrl, `SELECT 1 FROM uploads WHERE received > 0`)).length > 0
          );
        });
        await query(product.databaseUrl, `UPDATE sessions SET last_used_at = now() - interval '1 hour'`);
        proxy.release();
        await waitForState(page, big.name, 'Complete');
        expect(
          await query(product.databaseUrl, `SELECT 1 FROM sessions WHERE last_used_at > now() - interval '1 minute'`),
        ).toEqual([]);
        // The lists want to know who looks.
        await signIn(page);
        await page.getByRole('link', { name: `Download ${big.name}` }).waitFor();
      } finally {
        await proxy.stop();
      }
    });

    it('can do all of it with the keyboard', async () => {
      const page = await browsing.open(product.setUpLink);
      await page.getByLabel('Name').focus();
      await page.keyboard.type('Maria');
      await page.keyboard.press('Tab');
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Settings of Maria' }).waitFor();
      await tabTo(page, 'Settings of Maria');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Password' }).waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('password-title');
      await tabTo(page, 'Sign out');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('sign-in-name');
      await page.keyboard.type('maria');
      await page.keyboard.press('Tab');
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Sign in' }).waitFor({ state: 'hidden' });
    });

    it.each(['light', 'dark'] as const)('meet nothing that axe finds, in 320 pixels, %s', async (colorScheme) => {
      const options = { colorScheme, viewport: { width: 320, height: 640 } };
      const page = await browsing.open(product.setUpLink, options);
      await page.getByRole('heading', { name: 'Set up Stowage' }).waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Make the account' }).click();
      await setUp(page);
      await page.getByRole('link', { name: 'Settings of Maria' }).click();
      await page.getByText('This browser').waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
      await expectAccessible(page);
    });
  });
});

describe('a server that everybody can reach', () => {
  beforeAll(async () => {
    product = new Product({ env: { HOST: '0.0.0.0' } });
    await product.start();
  });
  afterAll(() => product.dispose());

  inChromium('before it is set up', (browsing) => {
    it('says what to do', async () => {
      const page = await browsing.open(product.url);
      await page.getByRole('dialog', { name: 'Not set up yet' }).waitFor();
      await setUp(await browsing.open(product.setUpLink));
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
    });
  });
});
