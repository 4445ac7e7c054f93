import { describe, expect, it } from '@jest/globals';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { chromium as driver } from 'playwright-core';
import { findChromium } from './chromium.mjs';

/** Opens a page that computes and fetches, in a browser that was found. */
async function titleOf(found: Exclude<Awaited<ReturnType<typeof findChromium>>, { skip: string }>): Promise<string> {
  const page = '<script type="module">document.title = await (await fetch("/word")).text()</script>';
  const server = http.createServer((request, response) => {
    response.setHeader('content-type', request.url === '/word' ? 'text/plain' : 'text/html');
    response.end(request.url === '/word' ? 'alive' : page);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { executablePath, args, env } = found;
  const browser = await driver.launch({ executablePath, args, env });
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.waitForFunction('document.title !== ""');
    return await tab.title();
  } finally {
    await browser.close();
    server.close();
  }
}

describe('the search for a Chromium', () => {
  it.each([
    ['the one it prefers', {}],
    ['the one from npm', { onlyBundled: true }],
  ])('finds %s, and it runs a page', async (_, options) => {
    const found = await findChromium(options);
    if ('skip' in found) throw new Error(found.skip);
    expect(found.version).toMatch(/\d+\.\d+/);
    expect(found.args.join(' ')).not.toMatch(/disable-web-security|disable-site-isolation/);
    expect(await titleOf(found)).toBe('alive');
  });
});
