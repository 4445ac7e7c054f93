import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uploadListSchema } from '@stowage/contract';
import type { Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { inChromium } from './support/in-chromium.js';
import { SourceFolder } from './support/source-folder.js';

const TOKEN = 'a-token-of-this-journey-long-enough-0123456789';
const open = new Product();
const closed = new Product({ env: { STOWAGE_ADMIN_TOKEN: TOKEN } });
const source = new SourceFolder('api-page');
beforeAll(async () => {
  await open.start();
  await closed.start();
});
afterAll(async () => {
  await open.dispose();
  await closed.dispose();
  source.remove();
});

/** Opens one operation of the page, by keyboard. */
async function operation(page: Page, id: string) {
  const block = page.locator(`[id$="-${id}"]`);
  await block.locator('.opblock-summary-control').focus();
  await page.keyboard.press('Enter');
  await block.getByRole('button', { name: 'Execute' }).waitFor();
  return {
    block,
    /** Sends the request; the status of its answer. */
    execute: async (): Promise<string> => {
      await block.getByRole('button', { name: 'Execute' }).click();
      return (await block.locator('.live-responses-table tbody .response-col_status').first().innerText()).slice(0, 3);
    },
  };
}

/** What the page asked of anybody but the server. */
function elsewhere(page: Page, url: string): string[] {
  const addresses: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) addresses.push(request.url());
  });
  return addresses;
}

describe('the page of the API', () => {
  inChromium('of a server without a token', (browsing) => {
    it('begins an upload and sends its bytes, and asks nobody else', async () => {
      const file = source.write('chunk.bin', 1_000);
      const page = await browsing.open(`${open.url}/api/docs`);
      const others = elsewhere(page, open.url);
      const create = await operation(page, 'createUpload');
      await create.block
        .locator('textarea.body-param__text')
        .fill('{"name": "by hand.bin", "length": 1000, "chunkSize": 1000}');
      expect(await create.execute()).toBe('201');
      const [upload] = (await open.send('/api/uploads')).as(uploadListSchema).uploads;
      const put = await operation(page, 'putChunk');
      await put.block.getByPlaceholder('id').fill(upload?.id ?? '');
      await put.block.getByPlaceholder('index').fill('0');
      await put.block.locator('input[type=file]').setInputFiles(file.path);
      expect(await put.execute()).toMatch(/^20[12]$/u);
      expect((await open.files()).map(({ name, sha256 }) => [name, sha256])).toEqual([['by hand.bin', file.sha256]]);
      expect(others).toEqual([]);
    });
  });

  inChromium('of a server with a token', (browsing) => {
    it('is read without it, and tried with it', async () => {
      const page = await browsing.open(`${closed.url}/api/docs`);
      const list = await operation(page, 'listUploads');
      expect(await list.execute()).toBe('401');
      await page.getByRole('button', { name: 'Authorize', exact: true }).click();
      await page.getByLabel('auth-bearer-value').fill(TOKEN);
      await page.getByRole('button', { name: 'Apply credentials' }).first().click();
      await page.getByRole('button', { name: 'Close' }).first().click();
      await list.block.getByRole('button', { name: 'Execute' }).click();
      await list.block.locator('.live-responses-table tbody .response-col_status', { hasText: '200' }).waitFor();
    });

    it('is tried with the session of the portal', async () => {
      const page = await browsing.open(closed.url);
      const dialog = page.getByRole('dialog', { name: 'Sign in' });
      await dialog.getByRole('button', { name: 'Use an access token' }).click();
      await dialog.getByLabel('Access token', { exact: true }).fill(TOKEN);
      await dialog.getByRole('button', { name: 'Sign in' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.getByRole('link', { name: 'API' }).click();
      const create = await operation(page, 'createUpload');
      expect(await create.execute()).toBe('201');
    });
  });
});
