import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fs from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ask } from '../../../test/http-client.js';
import { removeFolder, temporaryFolder } from '../../../test/test-storage.js';
import { servePages } from './page.js';

@Module({})
class NoRoutes {}

let folder: string;
let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  const portal = join(folder, 'browser');
  await mkdir(join(portal, 'assets'), { recursive: true });
  await writeFile(join(portal, 'index.html'), '<title>Stowage</title>');
  const links = join(folder, 'links');
  await mkdir(links);
  await writeFile(join(links, 'index.html'), '<title>A link</title>');
  await writeFile(join(links, 'main-HGFEDCBA.js'), 'open()');
  await writeFile(join(portal, 'main-ABCDEFGH.js'), 'go()');
  await writeFile(join(portal, 'favicon.ico'), 'icon');
  await writeFile(join(portal, '.secret'), 'x');
  await writeFile(join(folder, 'outside.txt'), 'x');
  app = await NestFactory.create<NestExpressApplication>(NoRoutes, { logger: false, bodyParser: false });
  servePages(app, { portal, links }, []);
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
});

afterAll(async () => {
  await app.close();
  await removeFolder(folder);
});

describe('the page', () => {
  it.each(['/', '/index', '/?from=mail'])('is served at %s, and may run nothing but its own scripts', async (path) => {
    const page = await ask(url, path);
    expect([page.status, page.body.toString()]).toEqual([200, '<title>Stowage</title>']);
    expect(page.headers['content-security-policy']).toMatch(
      /default-src 'none'; script-src 'self';.*frame-ancestors 'none'/u,
    );
    expect(page.headers).toMatchObject({
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    expect((await ask(url, path, { method: 'HEAD' })).status).toBe(200);
    for (const Range of ['bytes=0-3', 'bytes=999-'])
      expect((await ask(url, path, { headers: { Range } })).status).toBe(200);
  });

  it('is another one for links, whose addresses it sends nowhere', async () => {
    for (const path of [`/s/${'A'.repeat(43)}`, `/r/${'a-_'.repeat(14)}x`]) {
      const page = await ask(url, path);
      expect([page.status, page.headers['referrer-policy'], page.headers['cache-control']]).toEqual([
        ...[200, 'no-referrer', 'no-store'],
      ]);
    }
    expect((await ask(url, `/s/${'A'.repeat(43)}`)).body.toString()).toBe('<title>A link</title>');
    expect((await ask(url, '/main-HGFEDCBA.js')).body.toString()).toBe('open()');
    for (const path of [`/s/${'A'.repeat(42)}`, `/S/${'A'.repeat(43)}`, `/s/${'A'.repeat(43)}/`]) {
      expect([path, (await ask(url, path)).status]).toEqual([path, 404]);
    }
  });

  it('is no answer to anything else', async () => {
    for (const path of ['/nowhere', '/index.htm', '/api/files', '/assets', '/assets/', '/index/']) {
      expect((await ask(url, path)).status).toBe(404);
    }
    expect((await ask(url, '/', { method: 'POST' })).status).toBe(404);
  });
});

describe('its files', () => {
  it('are kept by browsers for good when their name has a digest, and else asked about', async () => {
    const script = await ask(url, '/main-ABCDEFGH.js');
    expect([script.body.toString(), script.headers['cache-control']]).toEqual([
      'go()',
      'public, max-age=31536000, immutable',
    ]);
    expect(script.headers['content-type']).toMatch(/javascript/u);
    expect((await ask(url, '/favicon.ico')).headers['cache-control']).toBe('no-cache');
  });

  it.each(['/api/files', '/API/uploads/x.js', '/healthz', '/readyz', '/metrics', '/upload'])(
    'are not looked for at %s: a slow disk would hold it up',
    async (path) => {
      const looks = jest.spyOn(fs, 'stat');
      try {
        expect((await ask(url, path)).status).toBe(404);
        expect(looks.mock.calls.length).toBe(0);
        await ask(url, '/nowhere.js');
        expect(looks.mock.calls.length).toBeGreaterThan(0);
      } finally {
        looks.mockRestore();
      }
    },
  );

  it('are those of its folder only', async () => {
    for (const path of [
      '/../outside.txt',
      '/..%2foutside.txt',
      '/%2e%2e/outside.txt',
      '/.secret',
      '/assets/../../outside.txt',
    ]) {
      expect((await ask(url, path)).status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('a page that was not built', () => {
  it('is not there, and no fault', async () => {
    await rm(join(folder, 'browser', 'index.html'));
    expect((await ask(url, '/')).status).toBe(404);
  });
});
