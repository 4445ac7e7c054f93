import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { findChromium } from '../chromium.mjs';
import { workspaceRoot } from '../workspace/root.mjs';
import { EXAMPLE_URL, runCurlJourney } from './curl-journey.mjs';
import { fencedBlocks } from './fenced-blocks.mjs';
import { startProduct } from './running-product.mjs';

// Real: the built API, PostgreSQL, disk, curl, Chromium and Dropzone as npm brings it. Changed: the address in the examples.
const readme = readFileSync(join(workspaceRoot, 'README.md'), 'utf8');
const hasCurl = spawnSync('curl', ['--version']).status === 0;
const browser = await findChromium();
const DROPZONE = join(workspaceRoot, 'node_modules', 'dropzone-6.3.5', 'dist');

let product: Awaited<ReturnType<typeof startProduct>>;
let site: Server;
let siteUrl = '';

/** The example page and the two files that it wants beside it. */
function startSite(): Promise<Server> {
  const html = fencedBlocks(readme).find(({ language }) => language === 'html')?.text ?? '';
  const server = createServer((request, response) => {
    const name = request.url?.slice(1) ?? '';
    if (name === '') {
      response.setHeader('Content-Type', 'text/html');
      response.end(html.replaceAll(EXAMPLE_URL, product.url));
    } else if (['dropzone.css', 'dropzone-min.js'].includes(name)) {
      response.setHeader('Content-Type', name.endsWith('.css') ? 'text/css' : 'text/javascript');
      response.end(readFileSync(join(DROPZONE, name)));
    } else response.writeHead(404).end();
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function json(path: string): Promise<unknown> {
  return (await fetch(`${product.url}${path}`)).json();
}

beforeAll(async () => {
  site = await startSite();
  siteUrl = `http://localhost:${(site.address() as AddressInfo).port}`;
  product = await startProduct({ STOWAGE_ORIGINS: siteUrl });
});

afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await product.stop();
});

describe('the README', () => {
  (hasCurl ? it : it.skip)('has examples for curl that work', async () => {
    const { code, output } = await runCurlJourney({ readme, url: product.url });
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    expect(await json('/api/files')).toMatchObject({
      files: [
        { name: 'film.bin', path: 'inbox', size: 20_000_000, sender: 'Ana' },
        { name: 'film.bin', path: '', size: 20_000_000 },
      ],
      next: null,
    });
  });

  ('skip' in browser ? it.skip : it)('has an example page that uploads', async () => {
    if ('skip' in browser) throw new Error(browser.skip);
    const { executablePath, args, env } = browser;
    const running = await chromium.launch({ executablePath, args, env });
    try {
      const page = await running.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(siteUrl);
      const content = {
        name: 'by the page.bin',
        mimeType: 'application/octet-stream',
        buffer: randomBytes(20_000_000),
      };
      await page.locator('input[type=file]').setInputFiles(content);
      await page.locator('.dz-complete').waitFor();
      expect(await page.locator('.dz-error').count()).toBe(0);
      expect(problems).toEqual([]);
    } finally {
      await running.close();
    }
    expect(await json('/api/files?limit=1')).toMatchObject({ files: [{ name: 'by the page.bin', size: 20_000_000 }] });
    expect(await json('/api/uploads?limit=1')).toMatchObject({ uploads: [{ state: 'complete' }] });
  });

  it('tells the limits that the server tells', async () => {
    const limits = (await json('/api/limits')) as Record<string, number>;
    const row = (name: string): string => new RegExp(`^\\| ${name} +\\|(.*)\\|$`, 'mu').exec(readme)?.[1]?.trim() ?? '';
    const { maxFileSize = 0, maxChunkSize = 0, recommendedChunkSize = 0, recommendedParallelChunks } = limits;
    expect(row('file')).toMatch(`${maxFileSize / 1024 ** 4} TiB`);
    expect(row('chunk')).toMatch(`${limits.minChunkSize} byte to ${maxChunkSize / 1024 ** 3} GiB`);
    expect(row('chunk')).toMatch(`${recommendedChunkSize / 1024 ** 2} MiB, ${recommendedParallelChunks} at once`);
    expect(row('chunks of a file')).toBe(limits.maxChunks?.toLocaleString('en-GB'));
    expect(row('name')).toMatch(`${limits.maxNameBytes} bytes`);
    expect(row('folder path')).toBe(`${limits.maxPathBytes} bytes, ${limits.maxPathDepth} levels`);
  });
});
