import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { uploadStatusSchema } from '@stowage/contract';
import { query } from '../api-e2e/support/database.js';
import { Product } from '../api-e2e/support/product.js';
import { expectAccessible } from './support/accessible.js';
import { inChromium } from './support/in-chromium.js';
import { clearAll } from './support/our-files.js';
import { tabTo } from './support/our-page.js';
import { refuse } from './support/refuse.js';
import { SourceFolder } from './support/source-folder.js';

const product = new Product();
const source = new SourceFolder('transfers');
const film = source.write('film.bin', 10_000);
beforeAll(() => product.start());
afterEach(() => clearAll(product));
afterAll(async () => {
  await product.dispose();
  source.remove();
});

/** Begins an upload and sends the first half of it; its id. */
async function begun(name = 'film.bin'): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ name, length: 10_000, chunkSize: 5_000 });
  const { upload } = (await product.send('/api/uploads', { method: 'POST', headers, body })).as(uploadStatusSchema);
  const half = readFileSync(film.path).subarray(0, 5_000);
  const sent = await product.send(`/api/uploads/${upload.id}/chunks/0`, { method: 'PUT', body: half });
  expect(sent.status).toBe(200);
  return upload.id;
}

describe('transfers', () => {
  inChromium('in the page', (browsing) => {
    it('say what stopped, and go on with the same file, with the keyboard alone', async () => {
      const id = await begun();
      const page = await browsing.open(product.url);
      await tabTo(page, 'Transfers');
      await page.keyboard.press('Enter');
      await page.getByRole('list', { name: 'Needs attention' }).getByText('film.bin').waitFor();
      await tabTo(page, 'film.bin');
      await page.keyboard.press('Enter');
      await page.getByRole('img', { name: '1 part missing' }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/transfers/${id}`);
      const choosing = page.waitForEvent('filechooser');
      await tabTo(page, 'Continue film.bin');
      await page.keyboard.press('Enter');
      await (await choosing).setFiles([film.path]);
      await page.getByRole('link', { name: 'Go to the folder' }).waitFor();
      await page.reload();
      await page.getByText('Complete.', { exact: true }).waitFor();
    });

    it('are purged after it was said what would go', async () => {
      const id = await begun();
      await query(product.databaseUrl, `UPDATE uploads SET updated_at = now() - interval '2 days' WHERE id = '${id}'`);
      const page = await browsing.open(`${product.url}/admin/transfers`);
      await page.getByText('film.bin').waitFor();
      await page.getByRole('button', { name: 'Purge…' }).click();
      await page.getByText('1 upload would go.').waitFor();
      await page.getByRole('button', { name: 'Remove 1 upload' }).click();
      await page.getByText('No upload fits.').waitFor();
      expect((await product.send(`/api/uploads/${id}`)).as(uploadStatusSchema).upload.state).toBe('cancelled');
    });

    it('that cannot be read say so, and are read again', async () => {
      await begun('unread.bin');
      const page = await browsing.open(product.url);
      await page.route('**/api/uploads?*', refuse);
      await page.getByRole('link', { name: 'Transfers', exact: true }).click();
      await page.getByText('The uploads could not be read.').waitFor();
      await page.unroute('**/api/uploads?*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('link', { name: 'unread.bin' }).waitFor();
    });

    it.each(['light', 'dark'] as const)('have nothing that axe finds, in 320 pixels, %s', async (colorScheme) => {
      const id = await begun(`${colorScheme}.bin`);
      const page = await browsing.open(`${product.url}/transfers`, {
        colorScheme,
        viewport: { width: 320, height: 640 },
      });
      await page.getByRole('link', { name: `${colorScheme}.bin` }).waitFor();
      await expectAccessible(page);
      await page.goto(`${product.url}/transfers/${id}`);
      await page.getByText('Missing parts as a table').click();
      await expectAccessible(page);
      await page.goto(`${product.url}/admin/transfers`);
      await page.getByRole('link', { name: `${colorScheme}.bin` }).waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Purge…' }).click();
      await page.getByText('Nothing would go.').waitFor();
      await expectAccessible(page);
    });
  });
});
