import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { until } from '../api-e2e/support/until.js';
import { expectAccessible } from './support/accessible.js';
import { inChromium } from './support/in-chromium.js';
import { chooseFiles, tabTo, waitForState } from './support/our-page.js';
import { ReverseProxy } from './support/reverse-proxy.js';
import { SourceFolder } from './support/source-folder.js';

const product = new Product();
const proxy = new ReverseProxy(
  () => product.url,
  () => false,
);
const source = new SourceFolder('page states');
const small = source.write('small.txt', 1_000);
const big = source.write('big.bin', 40 * 1024 * 1024);
beforeAll(async () => {
  await product.start();
  await proxy.start();
});
afterEach(async () => {
  proxy.release();
  await product.clear();
});
afterAll(async () => {
  await proxy.stop();
  await product.dispose();
  source.remove();
});

/** A page with a file, a transfer that is complete, one that failed, and one under way. */
async function fill(page: Page): Promise<void> {
  await chooseFiles(page, [small.path]);
  await waitForState(page, small.name, 'Complete');
  await chooseFiles(page, [small.path]);
  await page.getByText('File already exists.', { exact: true }).waitFor();
  proxy.holdAfter(2);
  await chooseFiles(page, [big.path]);
  await until('one is under way', () => proxy.held > 0);
  await page.getByRole('link', { name: 'Download small.txt' }).waitFor();
}

describe('the page', () => {
  inChromium('in its states', (browsing) => {
    it.each(['light', 'dark'] as const)('has nothing that axe finds, %s', async (colorScheme) => {
      const page = await browsing.open(proxy.url, { colorScheme });
      await fill(page);
      await expectAccessible(page);
    });

    it('fits into 320 pixels', async () => {
      const page = await browsing.open(proxy.url, { viewport: { width: 320, height: 640 } });
      await fill(page);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    });

    it('is used with the keyboard alone', async () => {
      const page = await browsing.open(proxy.url);
      // Asked for before the key: the browser has to be told that a chooser is for us, which takes a moment.
      const choosing = page.waitForEvent('filechooser');
      await tabTo(page, 'Choose files');
      await page.keyboard.press('Enter');
      await (await choosing).setFiles([small.path]);
      await page.getByRole('link', { name: 'Download small.txt' }).waitFor();

      await tabTo(page, 'Actions for small.txt');
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Details' }).waitFor();
      await until('the arrow reaches Rename', async () => {
        await page.keyboard.press('ArrowDown');
        return String(await page.evaluate('document.activeElement.innerText')).includes('Rename');
      });
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Rename' }).waitFor();
      for (let presses = 0; presses < 4; presses += 1) {
        await page.keyboard.press('Tab');
        // The browser's own controls are part of the circle; the page behind the dialog is not.
        expect(
          await page.evaluate('document.activeElement === document.body || !!document.activeElement.closest("dialog")'),
        ).toBe(true);
      }
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      expect(await product.files()).toHaveLength(1);
    });

    it('says that there is no network, and goes on when there is', async () => {
      const page = await browsing.open(proxy.url);
      // The page has all it asks for when it opens.
      await page.getByRole('button', { name: 'Choose files' }).waitFor();
      await page.getByText('Connection:Online').waitFor();
      await page.context().setOffline(true);
      await chooseFiles(page, [small.path]);
      await page.getByText('Connection:No network').waitFor();
      await page.context().setOffline(false);
      await page.getByText('Connection:Online').waitFor();
      await waitForState(page, small.name, 'Complete');
    });

    it('is also at /index, and logs no error in an upload', async () => {
      const page = await browsing.open(`${proxy.url}/index`);
      const errors: string[] = [];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await chooseFiles(page, [small.path]);
      await waitForState(page, small.name, 'Complete');
      expect(errors).toEqual([]);
    });
  });
});
