import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DropzoneUpload, postForm, DROPZONE_HEADERS } from './support/dropzone.js';
import type { EncodedForm } from './support/form.js';
import type { Answer } from './support/http.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';

const TOKEN = 'acceptance-token-of-forty-two-characters-x';
const LISTED = 'https://app.example';
const product = new Product({ env: { STOWAGE_ADMIN_TOKEN: TOKEN, STOWAGE_ORIGINS: LISTED } });
const random = new Random('access');
const BEARER = { Authorization: `Bearer ${TOKEN}` };
beforeAll(() => product.start());
afterAll(() => product.dispose());

let names = 0;
function newForm(): EncodedForm {
  const source = { name: `file ${names++}`, content: random.bytes(100), chunkSize: 100 };
  return new DropzoneUpload(product, source).form(0);
}

function post(headers: Readonly<Record<string, string>>): Promise<Answer> {
  const { contentType, body } = newForm();
  return product.send('/upload', {
    method: 'POST',
    headers: { ...DROPZONE_HEADERS, 'Content-Type': contentType, ...headers },
    body,
  });
}

async function signIn(): Promise<string> {
  const answer = await product.send('/api/session', { method: 'POST', headers: BEARER });
  expect(answer.status).toBe(200);
  return answer.headers['set-cookie']?.[0] ?? '';
}

/** What a browser sends back of a `Set-Cookie`. */
function cookieOf(setCookie: string): string {
  return setCookie.split(';')[0] ?? '';
}

const ID = 'A'.repeat(22);
const ROUTES: readonly (readonly [string, string])[] = [
  ...(['GET', 'HEAD', 'DELETE'] as const).map((method) => [method, `/api/uploads/${ID}`] as const),
  ...(['GET', 'HEAD', 'DELETE'] as const).map((method) => [method, `/api/files/${ID}`] as const),
  ...(['GET', 'HEAD'] as const).map((method) => [method, `/api/files/${ID}/content`] as const),
  ...([
    ['GET', '/api/uploads'],
    ['GET', '/api/files'],
    ['GET', '/api/limits'],
    ['POST', '/upload'],
  ] as const),
  ...([
    ['POST', '/uploads'],
    ['POST', `/uploads/${ID}`],
    ['GET', '/api/session'],
    ['DELETE', '/api/session'],
    ['PUT', '/api/account/password'],
  ] as const),
  ...([
    ['GET', '/api/nope'],
    ['POST', '/nope'],
    ['PUT', '/upload'],
    ['OPTIONS', '/upload'],
    ['TRACE', '/api/files'],
  ] as const),
];

describe('with a token', () => {
  it.each(ROUTES)('%s %s needs it', async (method, path) => {
    for (const headers of [
      {},
      { Authorization: 'Bearer wrong' },
      { Authorization: `Bearer ${TOKEN}x` },
      { Authorization: `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}` },
      { Authorization: 'Bearer ' },
      { Cookie: `stowage=${'A'.repeat(43)}` },
      { Cookie: `stowage=${TOKEN}` },
    ]) {
      const answer = await product.send(path, { method, headers });
      expect([headers, answer.status]).toEqual([headers, 401]);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/u);
      if (method !== 'HEAD') expect(answer.problem.code).toBe('unauthorized');
    }
  });

  it.each(['/healthz', '/readyz', '/', '/index'])('%s does not', async (path) => {
    expect((await product.send(path)).status).toBe(200);
  });

  it('the assets of the page do not', async () => {
    const { text } = await product.send('/');
    const assets = Array.from(text.matchAll(/(?:src|href)="\/([\w-]+\.(?:js|css))"/gu), ([, name = '']) => name);
    expect(assets.length).toBeGreaterThan(1);
    for (const name of assets) expect((await product.send(`/${name}`)).status).toBe(200);
  });

  it('who shows it may in', async () => {
    expect((await product.send('/api/files', { headers: BEARER })).status).toBe(200);
    expect((await post(BEARER)).status).toBe(201);
    expect((await product.send('/api/nope', { headers: BEARER })).status).toBe(404);
  });

  it('an upload without it leaves nothing, in words that Dropzone shows', async () => {
    const answer = await postForm(product, newForm());

    expect(answer.status).toBe(401);
    expect(answer.type).toBe('application/json');
    expect(answer.problem.error).toMatch(/token/u);
    expect(product.staged).toEqual([]);
  });

  it('any Host is answered', async () => {
    expect((await product.send('/api/files', { headers: { ...BEARER, Host: 'files.example.org' } })).status).toBe(200);
  });
});

describe('a session', () => {
  it('is a cookie that no script reads and no other site sends', async () => {
    const cookie = await signIn();

    expect(cookie).toMatch(/; HttpOnly/u);
    expect(cookie).toMatch(/; SameSite=Lax/u);
    expect(cookie).toMatch(/; Path=\//u);
    expect(cookie).not.toMatch(/; Secure/u);
    expect(cookie).not.toMatch(/; Domain/u);
    expect(cookie).not.toContain(TOKEN);
  });

  it('lets in', async () => {
    const headers = { Cookie: cookieOf(await signIn()) };

    expect((await product.send('/api/files', { headers })).status).toBe(200);
    expect((await product.send('/api/files', { headers: { Cookie: `a=b; ${headers.Cookie}; c=d` } })).status).toBe(200);
  });

  it('cannot be made up or prolonged', async () => {
    const cookie = cookieOf(await signIn());
    const altered = cookie.slice(0, -1) + (cookie.endsWith('A') ? 'B' : 'A');

    for (const wrong of [altered, `${cookie}x`, cookie.slice(0, -1), 'stowage=']) {
      expect((await product.send('/api/files', { headers: { Cookie: wrong } })).status).toBe(401);
    }
    const again = await product.send('/api/session', {
      method: 'POST',
      headers: { Cookie: cookie, Origin: product.url, 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect(again.problem.code).toBe('invalid-request');
    for (const Authorization of [`Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}`, 'x', '']) {
      const headers = { Cookie: cookie, Origin: product.url, Authorization };
      const other = await product.send('/api/session', { method: 'POST', headers });
      expect([Authorization, other.status, other.headers['set-cookie']]).toEqual([Authorization, 401, undefined]);
    }
  });

  it('lets only this page write', async () => {
    const cookie = { Cookie: cookieOf(await signIn()) };

    expect((await post({ ...cookie, Origin: product.url })).status).toBe(201);
    expect((await post({ ...cookie, 'Sec-Fetch-Site': 'same-origin' })).status).toBe(201);
    expect((await post({ ...cookie, Origin: LISTED })).status).toBe(201);
    for (const headers of [
      {},
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ]) {
      const answer = await post({ ...cookie, ...headers });
      expect([headers, answer.status]).toEqual([headers, 403]);
      expect(answer.problem.code).toBe('origin-not-allowed');
    }
    const [file] = await filesOf(cookie);
    const remove = { method: 'DELETE', headers: { ...cookie, Origin: 'https://evil.example' } };
    expect((await product.send(`/api/files/${file ?? ''}`, remove)).status).toBe(403);
    expect(await filesOf(cookie)).toContain(file);
  });

  it('ends', async () => {
    const headers = { Cookie: cookieOf(await signIn()), Origin: product.url };
    const answer = await product.send('/api/session', { method: 'DELETE', headers });

    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^stowage=; .*Max-Age=0/u);
    expect((await product.send('/api/files', { headers })).status).toBe(401);
  });
});

async function filesOf(headers: Readonly<Record<string, string>>): Promise<string[]> {
  const { files } = JSON.parse((await product.send('/api/files', { headers })).text) as { files: { id: string }[] };
  return files.map(({ id }) => id);
}

describe('pages of other origins (CORS)', () => {
  const DROPZONE_PREFLIGHT = 'accept,authorization,cache-control,content-type,x-requested-with';
  // protocols.md X-2
  const REQUEST_HEADERS = [
    ...['accept', 'cache-control', 'x-requested-with', 'content-type', 'content-disposition', 'authorization'],
    ...['x-http-method-override', 'x-request-id', 'content-digest', 'repr-digest', 'want-repr-digest'],
    ...['tus-resumable', 'upload-length', 'upload-offset', 'upload-complete', 'upload-metadata', 'upload-defer-length'],
    ...['upload-concat', 'upload-checksum'],
  ];
  const EXPOSED_HEADERS = [
    ...['location', 'upload-offset', 'upload-length', 'upload-complete', 'upload-limit', 'upload-metadata'],
    ...['upload-expires', 'upload-defer-length', 'upload-concat', 'tus-resumable', 'tus-version', 'tus-extension'],
    ...['tus-max-size', 'tus-checksum-algorithm', 'etag', 'retry-after', 'repr-digest'],
  ];

  function words(header: string | undefined): string[] {
    return (header ?? '').toLowerCase().split(/\s*,\s*/u);
  }

  it.each(['POST', 'GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('may ask before a %s, without a token', async (method) => {
    const answer = await product.send('/upload', {
      method: 'OPTIONS',
      headers: {
        Origin: LISTED,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': DROPZONE_PREFLIGHT,
      },
    });

    expect([200, 204]).toContain(answer.status);
    expect(answer.headers['access-control-allow-origin']).toBe(LISTED);
    expect(words(answer.headers.vary)).toContain('origin');
    expect(words(answer.headers['access-control-allow-methods'])).toContain(method.toLowerCase());
    expect(words(answer.headers['access-control-allow-headers'])).toEqual(expect.arrayContaining(REQUEST_HEADERS));
  });

  it('may read the answer', async () => {
    const answer = await post({ ...BEARER, Origin: LISTED });

    expect(answer.status).toBe(201);
    expect(answer.headers['access-control-allow-origin']).toBe(LISTED);
    expect(words(answer.headers['access-control-expose-headers'])).toEqual(expect.arrayContaining(EXPOSED_HEADERS));
  });

  it('may read a refusal too', async () => {
    const answer = await post({ Origin: LISTED });

    expect(answer.status).toBe(401);
    expect(answer.headers['access-control-allow-origin']).toBe(LISTED);
  });

  it('may not when they are not listed, not even with the token', async () => {
    for (const origin of [
      'https://evil.example',
      `${LISTED}.evil.example`,
      `${LISTED}:444`,
      'http://app.example',
      'null',
    ]) {
      const preflight = await product.send('/upload', {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      });
      expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
      const answer = await post({ ...BEARER, Origin: origin });
      expect([origin, answer.status]).toEqual([origin, 403]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});
