import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { peakMemory } from '../api-e2e/support/disk.js';
import { Product } from '../api-e2e/support/product.js';
import { inChromium } from './support/in-chromium.js';
import { chooseFiles, downloadAddress, hashOf, transfer } from './support/our-page.js';
import { SourceFolder } from './support/source-folder.js';

const MIB = 1024 * 1024;
const size = Number(process.env.STOWAGE_BIG_MIB ?? 64) * MIB;
/** Slower than any disk that the tests run on. */
const WAIT_MS = 30_000 + (size / (2 * MIB)) * 1000;

const product = new Product({ env: { LOG_LEVEL: 'info' } });
const source = new SourceFolder('big file');
beforeAll(() => product.start());
afterAll(async () => {
  await product.dispose();
  source.remove();
});

describe('the page', () => {
  inChromium('with a big file', (browsing) => {
    it(
      'brings it to the server whole, which keeps little of it in memory',
      async () => {
        const file = source.write('big.bin', size);
        const page = await browsing.open(product.url);
        await chooseFiles(page, [file.path]);
        await transfer(page, file.name).getByText('Complete', { exact: true }).waitFor({ timeout: WAIT_MS });

        expect(await hashOf(await downloadAddress(page, file.name))).toBe(file.sha256);
        const peak = Math.round(peakMemory(product.process.pid) / MIB);
        process.stderr.write(`RSS peak ${peak} MiB with a file of ${size / MIB} MiB\n`);
        expect(peak).toBeLessThan(200);
      },
      2 * WAIT_MS,
    );
  });
});
