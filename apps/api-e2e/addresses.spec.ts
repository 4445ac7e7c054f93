import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from './support/product.js';
import { exchange, requestHead } from './support/raw-socket.js';

const product = new Product();
beforeAll(() => product.start());
afterAll(() => product.dispose());

describe('the page', () => {
  it.each(['/', '/index', '/?utm=1'])('is at %s', async (path) => {
    const answer = await product.send(path);

    expect(answer.status).toBe(200);
    expect(answer.type).toBe('text/html');
    expect(answer.text).toContain('<!doctype html>');
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("script-src 'self'; style-src 'self';"),
    });
    expect(answer.headers['content-security-policy']).not.toMatch(/unsafe|\*/u);
  });

  it('has its assets beside it, kept for good when their name has a digest', async () => {
    const { text } = await product.send('/');
    const assets = Array.from(text.matchAll(/(?:src|href)="\/([\w-]+\.(?:js|css))"/gu), ([, name = '']) => name);
    expect(assets.length).toBeGreaterThan(0);
    for (const name of assets) {
      const answer = await product.send(`/${name}`);
      expect([name, answer.status]).toEqual([name, 200]);
      expect(answer.type).toMatch(/^text\/(javascript|css)$/u);
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it.each([
    '/nope',
    '/index.php',
    '/main-ABCDEFGH.js',
    '/styles-ABCDEFGH.css',
    '/assets/nope.png',
    '/index/more',
    '/transfers/short',
    '/files/f/short',
    '/s/short',
  ])('is not at %s', async (path) => {
    const answer = await product.send(path, { headers: { Accept: 'text/html' } });

    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('<!doctype html>');
  });

  it.each([
    ...['/../package.json', '/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/api/main.js', '/..%5c..%5cpackage.json'],
    ...[
      '//etc/passwd',
      '/%00',
      '/.env',
      '/main.js',
      '/../api/main.js',
      '/%c0%ae%c0%ae/api/main.js',
      '/blobs',
      '/staging',
    ],
  ])('gives nothing else away: %s', async (path) => {
    const answer = await exchange(product.port, requestHead('GET', path, { Host: 'localhost', Connection: 'close' }));

    expect(Math.floor((answer?.status ?? 0) / 100)).toBe(4);
  });
});

describe('addresses where nothing is', () => {
  it.each(['/api', '/api/', '/api/nope', '/api/files/x/y', '/api/uploads/x/y', '/healthz/x'])(
    '%s is 404',
    async (path) => {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answer = await product.send(path, { method });
        expect([method, answer.status]).toEqual([method, 404]);
        // A form is posted outside of /api; everywhere else problems say so in their type.
        if (path.startsWith('/api/')) expect(answer.type).toBe('application/problem+json');
        expect(answer.problem).toMatchObject({ status: 404, code: 'not-found', type: 'urn:stowage:problem:not-found' });
      }
    },
  );
});

describe('methods that are not offered', () => {
  it.each([
    ['PUT', '/upload', ['POST']],
    ['GET', '/upload', ['POST']],
    ['DELETE', '/uploads', ['POST']],
    ['POST', '/api/files', ['GET', 'HEAD']],
    ['PATCH', '/api/uploads', ['GET', 'HEAD', 'POST']],
    ['PUT', '/api/uploads/AAAAAAAAAAAAAAAAAAAAAA', ['DELETE', 'GET', 'HEAD', 'PATCH']],
    ['POST', '/api/files/AAAAAAAAAAAAAAAAAAAAAA', ['DELETE', 'GET', 'HEAD']],
    ['POST', '/api/limits', ['GET', 'HEAD']],
    ['POST', '/healthz', ['GET', 'HEAD']],
    ['TRACE', '/api/files', ['GET', 'HEAD']],
    ['PROPFIND', '/api/files', ['GET', 'HEAD']],
  ])('%s %s is 405', async (method, path, allowed) => {
    const answer = await product.send(path, { method });

    expect(answer.status).toBe(405);
    expect(answer.headers.allow?.split(', ').sort()).toEqual(allowed);
    expect(answer.problem.code).toBe('method-not-allowed');
  });
});

describe('errors', () => {
  it('tell nothing of the machine, and name the request', async () => {
    const answer = await product.send('/api/files/x');

    expect(answer.problem).toEqual({
      type: 'urn:stowage:problem:file-not-found',
      title: 'There is no such file',
      status: 404,
      detail: expect.any(String),
      code: 'file-not-found',
      retryable: false,
      requestId: expect.stringMatching(/\S/u),
    });
    expect(answer.text).not.toMatch(/node_modules|\.[jt]s\b|\bat /u);
    expect(answer.headers['x-powered-by']).toBeUndefined();
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});
