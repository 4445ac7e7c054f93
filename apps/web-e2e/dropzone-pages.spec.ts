import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { StoredFile } from '@stowage/contract';
import type { Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { sha256 } from '../api-e2e/support/random.js';
import { until } from '../api-e2e/support/until.js';
import { drop } from './support/drop.js';
import { dropzonePages } from './support/dropzone-pages.js';
import { inChromium } from './support/in-chromium.js';
import { ReverseProxy } from './support/reverse-proxy.js';
import { SourceFolder, type SourceFile } from './support/source-folder.js';

const product = new Product();
const proxy = new ReverseProxy(() => product.url, dropzonePages);
const source = new SourceFolder('dropzone pages');
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

function dropOn(page: Page, ...files: SourceFile[]): Promise<void> {
  return drop(
    page,
    '#dropper',
    files.map(({ path }) => path),
  );
}

/** The preview of the file that was dropped last. */
function preview(page: Page) {
  return page.locator('.dz-preview').last();
}

async function expectSuccess(page: Page): Promise<void> {
  await preview(page).and(page.locator('.dz-success.dz-complete')).waitFor();
}

/** The words that Dropzone shows of a failure. */
async function errorOf(page: Page): Promise<string> {
  await preview(page).and(page.locator('.dz-error.dz-complete')).waitFor();
  return (await preview(page).locator('[data-dz-errormessage]').last().textContent()) ?? '';
}

async function stored(name: string): Promise<StoredFile[]> {
  return (await product.files()).filter((file) => file.name === name);
}

async function expectStored(file: SourceFile): Promise<void> {
  await until('the file is there', async () => (await stored(file.name)).length > 0);
  const [only, ...others] = await stored(file.name);
  expect(others).toEqual([]);
  expect(only).toMatchObject({ size: file.size, sha256: file.sha256 });
  expect(sha256(await product.download(only?.id ?? ''))).toBe(file.sha256);
}

/** Gives up all uploads of the page, as its cancel buttons do. */
function cancelAll(page: Page): Promise<void> {
  return page.evaluate('Dropzone.forElement("#dropper").removeAllFiles(true)');
}

for (const [which, path, { chunkSize, atOnce }] of [
  ['the page of the tutorial, with Dropzone 5.4.0,', '/tutorial', { chunkSize: 1_000_000, atOnce: 1 }],
  ['a page with Dropzone 6.3.5, parallel chunks and retries,', '/modern', { chunkSize: 100_000, atOnce: 2 }],
] as const) {
  inChromium(which, (browsing) => {
    const name = (label: string) => `${path.slice(1)} ${label}`;
    const open = () => browsing.open(`${proxy.url}${path}`);

    it('uploads a file of several chunks, byte for byte', async () => {
      const file = source.write(name('several.bin'), 5_300_001);
      const page = await open();
      await dropOn(page, file);

      await expectSuccess(page);
      await expectStored(file);
      expect(await product.unfinished()).toEqual([]);
    });

    it('uploads a file smaller than a chunk, and one of exactly two', async () => {
      const files = [source.write(name('small.bin'), 1_742), source.write(name('two.bin'), 2_000_000)];
      const page = await open();
      for (const file of files) {
        await dropOn(page, file);
        await expectSuccess(page);
        await expectStored(file);
      }
    });

    it('keeps any name', async () => {
      const file = source.write(name('名前 "x"; é 🦉 %41.txt'), 1_000_500);
      const page = await open();
      await dropOn(page, file);

      await expectSuccess(page);
      await expectStored(file);
    });

    it('shows that a file already exists', async () => {
      const file = source.write(name('again.bin'), 2_500_000);
      const other = source.write(join('other', name('again.bin')), 2_400_000);
      const page = await open();
      await dropOn(page, file);
      await expectSuccess(page);

      await dropOn(page, other);

      expect(await errorOf(page)).toBe('File already exists');
      await expectStored(file);
      expect(product.staged).toEqual([]);
    });

    it('uploads a file that was cancelled at half, dropped again', async () => {
      const file = source.write(name('cancelled.bin'), 6_000_000);
      const page = await open();
      proxy.holdAfter(3_000_000 / chunkSize);
      await dropOn(page, file);
      await until('half of it has been sent', async () => (await product.unfinished())[0]?.received === 3_000_000);
      await cancelAll(page);
      proxy.release();

      await dropOn(page, file);
      await expectSuccess(page);
      await expectStored(file);
    });

    it('makes one file of two that have one name, at once', async () => {
      const files = ['left', 'right'].map((side) => source.write(join(side, name('both.bin')), 4_000_000));
      const pages = [await open(), await open()];
      // Both are let through only when both have begun.
      proxy.holdAfter(0);
      await Promise.all(pages.map((page, index) => dropOn(page, files[index] as SourceFile)));
      await until('both have begun', () => proxy.held >= 2 * atOnce);
      proxy.release();

      const done = pages.map((page) => preview(page).and(page.locator('.dz-complete')).waitFor());
      await Promise.all(done);
      const succeeded = await Promise.all(pages.map((page) => page.locator('.dz-success').count()));
      expect([...succeeded].sort()).toEqual([0, 1]);
      const loser = pages[succeeded.indexOf(0)] as Page;
      expect(await errorOf(loser)).toBe('File already exists');
      await expectStored(files[succeeded.indexOf(1)] as SourceFile);
    });

    it('says that the file could not be written, and goes on once it can be', async () => {
      const file = source.write(name('fault.bin'), 2_500_000);
      const page = await open();
      renameSync(product.dataDir, `${product.dataDir}-away`);
      const before = product.logs.rawLines.length;
      try {
        await dropOn(page, file);
        expect(await errorOf(page)).toContain('could not be written');
      } finally {
        renameSync(`${product.dataDir}-away`, product.dataDir);
      }
      const hasCause = (line: object) => JSON.stringify(line).includes('ENOENT');
      await product.logs.waitFor('the log has the cause', (line) => line.level === 'error' && hasCause(line), before);

      await dropOn(page, file);
      await expectSuccess(page);
      await expectStored(file);
    });
  });
}

inChromium('a page whose numbers do not add up', (browsing) => {
  it('shows the size mismatch', async () => {
    const page = await browsing.open(`${proxy.url}/miscounting`);
    await dropOn(page, source.write('miscounted.bin', 1_500_000));

    expect(await errorOf(page)).toMatch(/^Size mismatch/u);
    expect(await stored('miscounted.bin')).toEqual([]);
  });
});

inChromium('a page that tries chunks again', (browsing) => {
  it('uploads over a connection that loses every third chunk', async () => {
    const file = source.write('lossy.bin', 9_500_000);
    const page = await browsing.open(`${proxy.url}/modern`);
    proxy.lose((upload) => upload % 3 === 0);
    await dropOn(page, file);

    await expectSuccess(page);
    await expectStored(file);
  });

  it('uploads an empty file', async () => {
    const file = source.write('empty.bin', 0);
    const page = await browsing.open(`${proxy.url}/modern`);
    await dropOn(page, file);

    await expectSuccess(page);
    await expectStored(file);
  });
});
