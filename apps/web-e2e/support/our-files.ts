import { entryListSchema, folderSchema, spaceListSchema } from '@stowage/contract';
import type { Locator, Page } from 'playwright-core';
import { encodeForm } from '../../api-e2e/support/form.js';
import type { Product } from '../../api-e2e/support/product.js';
import { storedFile } from '../../api-e2e/support/stored-file.js';

/** The row, or card, of an entry in the folder that is shown. */
export function entryRow(page: Page, name: string): Locator {
  return page.locator('stow-entry-row, stow-entry-card').filter({ has: page.getByTitle(name, { exact: true }) });
}

/** Opens a folder by its link. */
export async function openFolder(page: Page, name: string): Promise<void> {
  await page.getByRole('grid').getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

/** Names in the folder that is shown, in their order. */
export async function namesShown(page: Page): Promise<string[]> {
  const titles = await page.locator('stow-entry-row stow-name, stow-entry-card stow-name').all();
  return Promise.all(titles.map(async (title) => (await title.getAttribute('title')) ?? ''));
}

/** Answers the question for a name that is open. */
export async function giveName(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await page.keyboard.press('Enter');
}

/** The first space of whoever asks: the root of their files. */
export async function rootOf(product: Product): Promise<string> {
  return (await product.send('/api/spaces?limit=1')).as(spaceListSchema).spaces[0]?.id ?? '';
}

/** Makes a folder and those above it, without the page; its id. */
export async function makeFolder(product: Product, parent: string, path: string): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ parent, path, existing: 'accept' });
  return (await product.send('/api/folders', { method: 'POST', headers, body })).as(folderSchema).id;
}

/** Uploads a file into a folder, without the page; its id. */
export async function putFile(product: Product, folder: string, name: string, bytes: Buffer): Promise<string> {
  const { contentType, body } = encodeForm([
    { name: 'folder', value: folder },
    { name: 'file', value: bytes, fileName: name },
  ]);
  const answer = await product.send('/upload', { method: 'POST', headers: { 'Content-Type': contentType }, body });
  return (await storedFile(product, answer)).id;
}

/** `path/name` of all that is in a folder on the server. */
export async function entriesIn(product: Product, folder: string): Promise<string[]> {
  const { entries } = (await product.send(`/api/folders/${folder}/entries?limit=200`)).as(entryListSchema);
  return entries.map(({ path, name }) => (path === '' ? name : `${path}/${name}`));
}

/** Puts all that is in the root into the trash, and removes what is unfinished and all files that are there already. */
export async function clearAll(product: Product): Promise<void> {
  const root = await rootOf(product);
  const { entries } = (await product.send(`/api/folders/${root}/entries?limit=200`)).as(entryListSchema);
  for (const { id } of entries) await product.send(`/api/entries/${id}`, { method: 'DELETE' });
  const trash = (await product.send(`/api/spaces/${root}/trash?limit=200`)).as(entryListSchema);
  for (const { id } of trash.entries) await product.send(`/api/entries/${id}?permanent=true`, { method: 'DELETE' });
  await product.clear();
}
