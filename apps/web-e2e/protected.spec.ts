import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from '../api-e2e/support/product.js';
import { sha256 } from '../api-e2e/support/random.js';
import { inChromium } from './support/in-chromium.js';
import { chooseFiles, waitForState } from './support/our-page.js';
import { SourceFolder } from './support/source-folder.js';

const TOKEN = 'a-token-of-this-journey-long-enough-0123456789';
const product = new Product({ env: { STOWAGE_ADMIN_TOKEN: TOKEN } });
const source = new SourceFolder('protected');
beforeAll(() => product.start());
afterAll(async () => {
  await product.dispose();
  source.remove();
});

describe('the page', () => {
  inChromium('of a server with a token', (browsing) => {
    it('asks for it once, then uploads and downloads with its cookie', async () => {
      const file = source.write('secret.bin', 300_000);
      const page = await browsing.open(product.url);
      const dialog = page.getByRole('dialog', { name: 'Sign in' });
      await dialog.getByRole('button', { name: 'Use an access token' }).click();
      await dialog.getByLabel('Access token', { exact: true }).fill('another token');
      await dialog.getByRole('button', { name: 'Sign in' }).click();
      await dialog.getByText('This token is not valid.').waitFor();
      await dialog.getByLabel('Access token', { exact: true }).fill(TOKEN);
      await dialog.getByRole('button', { name: 'Sign in' }).click();
      await dialog.waitFor({ state: 'hidden' });

      await chooseFiles(page, [file.path]);
      await waitForState(page, file.name, 'Complete');
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Download secret.bin' }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe(file.name);
      expect(sha256(readFileSync(await download.path()))).toBe(file.sha256);
      expect((await product.send('/api/files')).status).toBe(401);
    });
  });
});
