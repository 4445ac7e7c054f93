import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { Visitor } from '../api-e2e/support/visitor.js';
import { expectAccessible } from './support/accessible.js';
import { inChromium } from './support/in-chromium.js';
import { tabTo } from './support/our-page.js';

const PASSWORD = 'a walrus in the kitchen';
const OTHER = 'three blind mice run';

let product: Product;

async function signIn(page: Page, name: string, password: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
}

/** Invites somebody on the page of users; the link. */
async function invite(page: Page, name: string): Promise<string> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Make the link' }).click();
  await page.getByRole('heading', { name: `Link for ${name}` }).waitFor();
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  await page.getByRole('button', { name: 'Done' }).click();
  return link;
}

async function choose(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Save and sign in' }).click();
}

describe('those who manage the server', () => {
  beforeEach(async () => {
    product = new Product();
    await product.start();
    expect((await new Visitor(product).setUp('Maria', PASSWORD)).status).toBe(200);
  });
  afterEach(() => product.dispose());

  inChromium('in the page', (browsing) => {
    const asMaria = async (options = {}): Promise<Page> => {
      const page = await browsing.open(`${product.url}/admin/users`, options);
      await signIn(page, 'Maria', PASSWORD);
      await page.getByText('You', { exact: true }).waitFor();
      return page;
    };

    it('invite somebody, who chooses a password, uploads, and sees no accounts', async () => {
      const page = await asMaria();
      expect(await page.title()).toBe('Users – Stowage');
      const link = await invite(page, 'Adam');
      await page.getByText('the link expires in').waitFor();

      const adam = await browsing.open(link);
      await adam.getByRole('heading', { name: 'Welcome to Stowage' }).waitFor();
      expect(adam.url()).toBe(`${product.url}/password`);
      await choose(adam, 'password1');
      await adam.getByText('This password is among those that are tried first').waitFor();
      await choose(adam, OTHER);
      await adam.getByRole('link', { name: 'Settings of Adam' }).waitFor();
      await adam.getByRole('heading', { name: 'Files' }).waitFor();
      expect(await adam.getByRole('link', { name: 'Users' }).count()).toBe(0);
      await adam.goto(`${product.url}/admin/users`);
      await adam.getByText('Only admins manage accounts.').waitFor();

      const again = await browsing.open(link);
      await again.getByRole('heading', { name: 'This link is over' }).waitFor();
    });

    it('help somebody who has forgotten a password', async () => {
      const page = await asMaria();
      const before = await browsing.open(await invite(page, 'Adam'));
      await choose(before, OTHER);
      await before.getByRole('link', { name: 'Settings of Adam' }).waitFor();
      await page.reload();
      await page.getByRole('button', { name: 'Password link for Adam' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Make the link' }).click();
      const link = await page.getByLabel('Link', { exact: true }).inputValue();
      const adam = await browsing.open(link);
      await adam.getByRole('heading', { name: 'Choose a new password' }).waitFor();
      await choose(adam, 'the seal has come back');
      await adam.getByRole('link', { name: 'Settings of Adam' }).waitFor();
    });

    it('make somebody an admin, disable and enable, and withdraw an invitation', async () => {
      const page = await asMaria();
      const adam = await browsing.open(await invite(page, 'Adam'));
      await choose(adam, OTHER);
      await adam.getByRole('link', { name: 'Settings of Adam' }).waitFor();
      await page.reload();
      await page.getByRole('button', { name: 'Make an admin: Adam' }).click();
      await page.getByRole('button', { name: 'Make a member: Adam' }).waitFor();
      await adam.reload();
      await adam.getByRole('link', { name: 'Users' }).waitFor();

      await page.getByRole('button', { name: 'Disable Adam' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
      await page.getByRole('button', { name: 'Enable Adam' }).waitFor();
      await adam.reload();
      await adam.getByRole('dialog', { name: 'Sign in' }).waitFor();
      await signIn(adam, 'Adam', OTHER);
      await adam.getByText('Nobody has this name and this password.').waitFor();
      await page.getByRole('button', { name: 'Enable Adam' }).click();
      await page.getByRole('button', { name: 'Disable Adam' }).waitFor();
      await signIn(adam, 'Adam', OTHER);
      await adam.getByRole('link', { name: 'Settings of Adam' }).waitFor();

      await invite(page, 'Berta');
      await page.getByRole('button', { name: 'Withdraw the invitation of Berta' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
      await page.getByRole('button', { name: 'Password link for Berta' }).waitFor({ state: 'detached' });
    });

    it('can do it with the keyboard, and are told what happened', async () => {
      const page = await asMaria();
      await page.getByLabel('Name', { exact: true }).focus();
      await page.keyboard.type('Adam');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Link for Adam' }).waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('shown-once-title');
      await tabTo(page, 'Done');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('users-title');
      await tabTo(page, 'Make an admin: Adam');
      await page.keyboard.press('Enter');
      await page.getByText('Adam is an admin now.').waitFor({ state: 'attached' });
      expect(await page.evaluate('document.activeElement.tagName')).toBe('BUTTON');
      // Somebody has this name.
      await page.getByLabel('Name', { exact: true }).fill('ADAM');
      await page.keyboard.press('Enter');
      await page.getByText('Somebody has this name already. Choose another name.').waitFor();
    });

    it.each(['light', 'dark'] as const)('meet nothing that axe finds, in 320 pixels, %s', async (colorScheme) => {
      const page = await asMaria({ colorScheme, viewport: { width: 320, height: 640 } });
      await page.getByLabel('Name', { exact: true }).fill('Adam');
      await page.getByRole('button', { name: 'Make the link' }).click();
      await page.getByRole('heading', { name: 'Link for Adam' }).waitFor();
      await expectAccessible(page);
      const link = await page.getByLabel('Link', { exact: true }).inputValue();
      const adam = await browsing.open(link, { colorScheme, viewport: { width: 320, height: 640 } });
      await adam.getByRole('heading', { name: 'Welcome to Stowage' }).waitFor();
      await expectAccessible(adam);
    });
  });
});
