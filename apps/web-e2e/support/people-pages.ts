import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Product } from '../../api-e2e/support/product.js';
import type { Browsing } from './in-chromium.js';

/** Opens a page of the product, and signs in there. */
export async function openAs(
  browsing: Browsing,
  product: Product,
  [name, password]: readonly [name: string, password: string],
  path = '/',
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await browsing.open(`${product.url}${path}`, options);
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: `Settings of ${name}` }).waitFor();
  return page;
}
