import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from '../api-e2e/support/product.js';
import { sha256 } from '../api-e2e/support/random.js';
import { until } from '../api-e2e/support/until.js';
import { drop } from './support/drop.js';
import { inChromium } from './support/in-chromium.js';
import { chooseAction, chooseFiles, chooseFolder, transfer, waitForState } from './support/our-page.js';
import { ReverseProxy } from './support/reverse-proxy.js';
import { SourceFolder, type SourceFile } from './support/source-folder.js';

const MIB = 1024 * 1024;
const product = new Product();
// Between the page and the server, so that a journey can stop in the middle of a file; it serves nothing itself.
const proxy = new ReverseProxy(
  () => product.url,
  () => false,
);
const source = new SourceFolder('uploads');
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

async function expectStored(file: SourceFile, path = ''): Promise<void> {
  const found = (await product.files()).filter(({ name }) => name === file.name);
  expect(found).toEqual([expect.objectContaining({ path, size: file.size, sha256: file.sha256 })]);
  expect(sha256(await product.download(found[0]?.id ?? ''))).toBe(file.sha256);
}

/** Waits until some bytes of a file are safe on the server and the rest is held at the door. */
async function untilHalf(): Promise<void> {
  await until('a part has arrived, the rest is held', async () => {
    return proxy.held > 0 && ((await product.unfinished())[0]?.received ?? 0) > 0;
  });
}

describe('the page', () => {
  inChromium('with uploads', (browsing) => {
    const open = () => browsing.open(proxy.url);

    it('takes files that the browser drops on it', async () => {
      const files = [source.write('one.bin', 100_000), source.write('two 名前.txt', 10)];
      const page = await open();
      await drop(
        page,
        'main, body',
        files.map(({ path }) => path),
      );

      for (const file of files) {
        await waitForState(page, file.name, 'Complete');
        await expectStored(file);
      }
      await page.getByRole('link', { name: 'Download one.bin' }).waitFor();
    });

    it('takes a drop whose files were made in the page', async () => {
      const page = await open();
      await page.getByRole('button', { name: 'Choose files' }).waitFor();
      await page.evaluate(`{
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['made here'], 'made.txt', { type: 'text/plain' }));
        for (const type of ['dragenter', 'dragover', 'drop'])
          document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      }`);
      await waitForState(page, 'made.txt', 'Complete');
      expect(await product.files()).toEqual([expect.objectContaining({ name: 'made.txt', size: 9 })]);
    });

    it('keeps the structure of a folder', async () => {
      const deep = source.write('holiday/day 1/morning/deep.jpg', 70_000);
      const top = source.write('holiday/top.txt', 5);
      const page = await open();
      await chooseFolder(page, join(source.path, 'holiday'));

      await waitForState(page, deep.name, 'Complete');
      await waitForState(page, top.name, 'Complete');
      await expectStored(deep, 'holiday/day 1/morning');
      await expectStored(top, 'holiday');
    });

    it('tells the server of a cancel', async () => {
      const file = source.write('unwanted.bin', 60 * MIB);
      const page = await open();
      proxy.holdAfter(2);
      await chooseFiles(page, [file.path]);
      await untilHalf();
      await page.getByRole('button', { name: 'Cancel unwanted.bin' }).click();

      await waitForState(page, file.name, 'Cancelled');
      proxy.release();
      await until('nothing is unfinished', async () => (await product.unfinished()).length === 0);
      await until('nothing is staged', () => product.staged.length === 0);
    });

    it('goes on after the server was killed and started again', async () => {
      const file = source.write('survivor.bin', 60 * MIB);
      const page = await open();
      proxy.holdAfter(2);
      await chooseFiles(page, [file.path]);
      await untilHalf();
      await product.kill();
      proxy.release();
      await product.start();

      await transfer(page, file.name).getByText('Complete', { exact: true }).waitFor({ timeout: 60_000 });
      await expectStored(file);
    });

    it('lists what another page left unfinished, and removes it', async () => {
      const file = source.write('left.bin', 60 * MIB);
      const first = await open();
      proxy.holdAfter(2);
      await chooseFiles(first, [file.path]);
      await untilHalf();
      await first.close();
      proxy.release();

      const page = await open();
      await page.getByRole('button', { name: 'Remove left.bin' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByText('Nothing is unfinished.').waitFor();
      expect(await product.unfinished()).toEqual([]);
      await until('nothing is staged', () => product.staged.length === 0);
    });

    it('shows a taken name in words, and uploads it again after a delete that was not undone', async () => {
      const file = source.write('taken.txt', 1_000);
      const page = await open();
      await chooseFiles(page, [file.path]);
      await waitForState(page, file.name, 'Complete');
      await chooseFiles(page, [file.path]);
      await page.getByText('File already exists.', { exact: true }).waitFor();

      const link = page.getByRole('link', { name: 'Download taken.txt' });
      await chooseAction(page, 'taken.txt', 'Delete');
      await link.waitFor({ state: 'detached' });
      expect(await product.files()).toEqual([]);
      await page.getByRole('button', { name: 'Undo' }).click();
      await link.waitFor();
      expect(await product.files()).toHaveLength(1);
      await chooseAction(page, 'taken.txt', 'Delete');
      await link.waitFor({ state: 'detached' });
      expect(await product.files()).toEqual([]);

      await page.getByRole('button', { name: 'Retry taken.txt' }).click();
      await link.waitFor();
      await expectStored(file);
    });
  });
});
