import { createHash } from 'node:crypto';
import { get } from 'node:http';
import type { Locator, Page } from 'playwright-core';
import { until } from '../../api-e2e/support/until.js';

/** The row of a file under "Transfers". */
export function transfer(page: Page, name: string): Locator {
  return page.getByRole('list', { name: 'Transfers' }).getByRole('listitem').filter({ hasText: name });
}

/** Waits until the row of a file shows a state in its words. */
export async function waitForState(page: Page, name: string, state: string): Promise<void> {
  await transfer(page, name).getByText(state, { exact: true }).waitFor();
}

/** Chooses files as the file chooser of the page gives them. */
export async function chooseFiles(page: Page, paths: readonly string[]): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await (await choosing).setFiles([...paths]);
}

/** Chooses a folder with everything in it. */
export async function chooseFolder(page: Page, path: string): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  await (await choosing).setFiles(path);
}

/** Does something with an entry, by its menu. */
export async function chooseAction(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** The address behind the download link of a file. */
export async function downloadAddress(page: Page, name: string): Promise<string> {
  const href = await page.getByRole('link', { name: `Download ${name}` }).getAttribute('href');
  return new URL(href ?? '', page.url()).href;
}

/** SHA-256 of what an address serves, read piece by piece. */
export function hashOf(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(address, (response) => {
      const hash = createHash('sha256');
      response.on('data', (piece: Buffer) => hash.update(piece));
      response.on('end', () => resolve(hash.digest('hex')));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** Presses Tab until the button or link with this name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  await until(`Tab reaches ${name}`, async () => {
    await page.keyboard.press('Tab');
    return (
      (await page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText')) ===
      name
    );
  });
}
