import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { Locator, Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { sha256 } from '../api-e2e/support/random.js';
import { begin } from '../api-e2e/support/rest.js';
import { until } from '../api-e2e/support/until.js';
import { drop } from './support/drop.js';
import { expectAccessible } from './support/accessible.js';
import { inChromium } from './support/in-chromium.js';
import { chooseFiles, transfer, waitForState } from './support/our-page.js';
import { ReverseProxy } from './support/reverse-proxy.js';
import { SourceFolder, type SourceFile } from './support/source-folder.js';

const MIB = 1024 * 1024;
const CHUNK = 8 * MIB;
/** Chunks that the page sends side by side. */
const AT_ONCE = 4;
const product = new Product();
const proxy = new ReverseProxy(
  () => product.url,
  () => false,
);
const source = new SourceFolder('continued');
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

/** The row of an upload under "Unfinished uploads". */
function unfinished(page: Page, name: string): Locator {
  return page.getByRole('list', { name: 'Unfinished uploads' }).getByRole('listitem').filter({ hasText: name });
}

/** Sends the first two chunks of a file and kills the page. */
async function leaveHalf(page: Page, file: SourceFile): Promise<void> {
  proxy.holdAfter(2);
  await chooseFiles(page, [file.path]);
  // All that it sends at once, or one of them might come after the others were lost.
  const rest = Math.min(AT_ONCE, Math.ceil(file.size / CHUNK) - 2);
  await until('two chunks have arrived, the rest is held', async () => {
    return proxy.held === rest && (await product.unfinished())[0]?.received === 2 * CHUNK;
  });
  await page.close();
  proxy.abandon();
}

/** Another file of the same name and size. */
function another(file: SourceFile): SourceFile {
  const { path } = source.write(`another/${file.name}`, 0);
  const bytes = readFileSync(file.path);
  bytes.writeUInt8(bytes.readUInt8(5) ^ 1, 5);
  writeFileSync(path, bytes);
  return { ...file, path, sha256: sha256(bytes) };
}

/** Lets the database's clock run past the time of an upload, and waits for the server to notice: it looks when it starts. */
async function expire(id: string): Promise<void> {
  const database = new Client({ connectionString: product.databaseUrl });
  await database.connect();
  await database.query(`UPDATE uploads SET expires_at = now() - interval '1 s' WHERE id = $1`, [id]);
  await database.end();
  await product.stop();
  await product.start();
  await until('it has expired', async () => (await product.status(id)).upload.state === 'expired', 90_000);
}

/** Chooses a file for the row of an unfinished upload. */
async function continueWith(page: Page, name: string, path: string): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: `Continue ${name}` }).click();
  await (await choosing).setFiles([path]);
}

describe('the page', () => {
  inChromium('with what was left unfinished', (browsing) => {
    const open = async () => {
      const page = await browsing.open(proxy.url);
      // By now the page before has nothing on its way any more.
      proxy.release();
      return page;
    };

    it('continues a file that is dropped again after the page was killed: only what is missing travels', async () => {
      const file = source.write('film.bin', 5 * CHUNK + 123);
      await leaveHalf(await open(), file);

      const page = await open();
      const row = unfinished(page, file.name);
      await row.getByText('16.8 of 41.9 MB here, 1 part missing').waitFor();
      await row.getByText('Expires in 6 days.').waitFor();
      const before = proxy.uploadBytes;
      await drop(page, 'main, body', [file.path]);
      await waitForState(page, file.name, 'Complete');
      expect(proxy.uploadBytes - before).toBe(file.size - 2 * CHUNK);
      await expectStored(file);
      await page.getByText('Nothing is unfinished.').waitFor();
    });

    it('refuses another file of the same name and size, and uploads it as a new one when told so', async () => {
      const file = source.write('twin.bin', 3 * CHUNK);
      await leaveHalf(await open(), file);
      const twin = another(file);

      const page = await open();
      await unfinished(page, file.name).waitFor();
      const before = proxy.uploadBytes;
      await drop(page, 'main, body', [twin.path]);
      const row = transfer(page, file.name);
      await row.getByText('This is another file of the same name and size').waitFor();
      expect(proxy.uploadBytes).toBe(before);
      expect((await product.unfinished())[0]?.received).toBe(2 * CHUNK);
      await unfinished(page, file.name).waitFor();

      await row.getByRole('button', { name: 'Upload twin.bin as a new file' }).click();
      await waitForState(page, file.name, 'Complete');
      await expectStored(twin);
      expect(await product.unfinished()).toHaveLength(1);
    });

    it('finishes what curl began, by ranges with a hole, with the keyboard', async () => {
      const file = source.write('curl.bin', 2 * CHUNK + 5);
      const bytes = readFileSync(file.path);
      const upload = await begin(product, { name: file.name, path: 'from curl', length: file.size });
      await upload.bytes(1_000, bytes.subarray(1_000, 2_000_000));
      await upload.append(0, bytes.subarray(0, 10));
      await upload.bytes(9_000_000, bytes.subarray(9_000_000, 9_000_001));

      const page = await open();
      await unfinished(page, file.name).getByText('2 of 16.8 MB here, 3 parts missing').waitFor();
      const before = proxy.uploadBytes;
      const choosing = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Continue curl.bin' }).press('Enter');
      await (await choosing).setFiles([file.path]);
      await waitForState(page, file.name, 'Complete');
      expect(proxy.uploadBytes - before).toBe(file.size - (2_000_000 - 1_000) - 10 - 1);
      await expectStored(file, 'from curl');
    });

    it('finishes an append whose length nobody has said', async () => {
      const file = source.write('stream.bin', 300_000);
      const upload = await begin(product, { name: file.name, length: null });
      await upload.append(0, readFileSync(file.path).subarray(0, 100_000));

      const page = await open();
      await unfinished(page, file.name).getByText('100 kB here').waitFor();
      await continueWith(page, file.name, file.path);
      await waitForState(page, file.name, 'Complete');
      await expectStored(file);
    });

    it('says that an upload was removed meanwhile, and begins anew only when told so', async () => {
      const file = source.write('gone.bin', 200_000);
      const upload = await begin(product, { name: file.name, length: file.size });
      await upload.append(0, readFileSync(file.path).subarray(0, 1_000));
      const page = await open();
      await unfinished(page, file.name).waitFor();
      await product.send(upload.path, { method: 'DELETE' });
      await continueWith(page, file.name, file.path);
      await transfer(page, file.name).getByText('The upload was cancelled on the server.').waitFor();
      expect(await product.unfinished()).toEqual([]);
      await page.getByRole('button', { name: 'Upload gone.bin as a new file' }).click();
      await waitForState(page, file.name, 'Complete');
      await expectStored(file);
    });

    it('says that an upload has expired while its rest was held up', async () => {
      const file = source.write('late.bin', 200_000);
      const upload = await begin(product, { name: file.name, length: file.size });
      await upload.append(0, readFileSync(file.path).subarray(0, 1_000));
      const page = await open();
      await unfinished(page, file.name).waitFor();
      proxy.holdAfter(0);
      await drop(page, 'main, body', [file.path]);
      await until('the rest is held', () => proxy.held > 0);
      await expire(upload.id);
      proxy.release();
      const row = transfer(page, file.name);
      await row.getByText('No bytes came for too long').waitFor({ timeout: 60_000 });
      expect(await product.unfinished()).toEqual([]);
      await row.getByRole('button', { name: 'Upload late.bin as a new file' }).click();
      await waitForState(page, file.name, 'Complete');
      await expectStored(file);
    });

    it('keeps an upload longer, and saves one under another name', async () => {
      const uploads = await Promise.all(['1', '2'].map(() => begin(product, { name: 'taken.txt', length: 3 })));
      for (const upload of uploads) await upload.append(0, Buffer.from('abc'));
      const page = await open();
      const before = (await product.unfinished())[0]?.expiresAt ?? '';
      await page.getByRole('button', { name: 'Keep taken.txt longer' }).click();
      await until('it expires later', async () => ((await product.unfinished())[0]?.expiresAt ?? '') > before);
      await page.getByRole('button', { name: 'Save taken.txt under another name' }).click();
      await page.getByText('Nothing is unfinished.').waitFor();
      await page.getByRole('link', { name: 'Download taken (1).txt' }).waitFor();
    });

    it.each(['light', 'dark'] as const)(
      'fits into 320 pixels and has nothing that axe finds, %s',
      async (colorScheme) => {
        const blocked = await Promise.all(
          ['1', '2'].map(() => begin(product, { name: 'a long name that is taken.txt', length: 3 })),
        );
        for (const upload of blocked) await upload.append(0, Buffer.from('abc'));
        const half = await begin(product, { name: 'half of a film.mov', path: 'films/2026', length: 12_000_000 });
        await half.bytes(0, Buffer.alloc(3_000_000));
        await half.bytes(7_000_000, Buffer.alloc(1_000_000));
        const page = await browsing.open(proxy.url, { colorScheme, viewport: { width: 320, height: 640 } });
        await page.getByText('4 of 12 MB here, 2 parts missing').waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
        await expectAccessible(page);
      },
    );
  });
});
