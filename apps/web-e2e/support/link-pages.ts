import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';

/** The address in the first row of the links that are shown. */
export function shownAddress(page: Page): Promise<string> {
  return page
    .getByRole('textbox', { name: /^Address of/u })
    .first()
    .inputValue();
}

/** What a click on a download link saves. */
export async function downloaded(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name, exact: true }).click();
  return readFileSync(await (await coming).path());
}

/** Adds files to a page of a request, as its file chooser does. */
export async function send(page: Page, paths: readonly string[]): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await (await choosing).setFiles([...paths]);
}

/** The row of a file that was sent to a request. */
export function sentRow(page: Page, name: string): Locator {
  return page.getByRole('list', { name: 'Your files' }).getByRole('listitem').filter({ hasText: name });
}

/** Waits until a file that was sent has arrived. */
export async function arrived(page: Page, name: string): Promise<void> {
  await sentRow(page, name).getByText('Complete', { exact: true }).waitFor();
}
