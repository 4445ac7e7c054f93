import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectNoTrace, expectRefusal } from './support/bad-input.js';
import { DropzoneUpload } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';

const product = new Product();
const random = new Random('bad addresses');
let pid = 0;
beforeAll(async () => {
  await product.start();
  pid = product.process.pid;
});
afterAll(() => product.dispose());

const NOT_OURS = [
  ...[
    '..%2f..%2fetc%2fpasswd',
    '%252e%252e%252fetc',
    '..%5c..%5cx',
    '%2e%2e',
    '%00',
    'a%00b',
    '..%c0%af..',
    '%',
    '%zz',
  ],
  ...[
    '%2fetc%2fpasswd',
    '%5c%5chost%5cshare',
    'x',
    '-1',
    '0',
    'null',
    '%F0%9F%98%80',
    "'%20OR%201=1--",
    '*',
    'a'.repeat(44),
  ],
  ...[
    'a'.repeat(21),
    'a'.repeat(3_000),
    `${'a'.repeat(22)}.`,
    `${'a'.repeat(22)}%0a`,
    `${'a'.repeat(21)}/`,
    'constructor',
  ],
];
const UNKNOWN = ['A'.repeat(22), 'z'.repeat(43), '_-'.repeat(12)];

describe('ids that are not ours', () => {
  it.each([
    ['GET', (id: string) => `/api/uploads/${id}`],
    ['DELETE', (id: string) => `/api/uploads/${id}`],
    ['GET', (id: string) => `/api/files/${id}`],
    ['DELETE', (id: string) => `/api/files/${id}`],
    ['GET', (id: string) => `/api/files/${id}/content`],
  ])('are refused: %s, %#', async (method, path) => {
    for (const id of [...NOT_OURS, ...UNKNOWN]) {
      const answer = await product.send(path(id), { method });
      // A broken escape is no address at all; everything else is one where nothing is.
      expect([id, answer.status]).toEqual([id, /%(?![0-9a-f]{2})|%c0/iu.test(id) ? expect.any(Number) : 404]);
      expect(Math.floor(answer.status / 100)).toBe(4);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.text).not.toContain(product.folder);
    }
    expect((await product.send('/healthz')).status).toBe(200);
  });

  it('touch nothing outside of the data folder', () => {
    expect(readdirSync(product.folder)).toEqual(['data']);
    expect(readdirSync(product.dataDir).sort()).toEqual(['blobs', 'staging', 'volume.json', 'volume.lock']);
    expect(readdirSync(dirname(product.folder))).not.toContain('passwd');
  });
});

describe('pages elsewhere', () => {
  const form = () =>
    new DropzoneUpload(product, { name: 'a.bin', content: random.bytes(1_000), chunkSize: 1_000 }).form(0);

  it.each([
    ['of a foreign origin', { Origin: 'https://evil.example' }, 'origin-not-allowed'],
    ['of no origin', { Origin: 'null' }, 'origin-not-allowed'],
    ['of this machine, on another port', { Origin: 'http://localhost:1' }, 'origin-not-allowed'],
    ['whose browser says so', { 'Sec-Fetch-Site': 'cross-site' }, 'origin-not-allowed'],
    ['of a sister site', { 'Sec-Fetch-Site': 'same-site' }, 'origin-not-allowed'],
    ['under a foreign name of this machine', { Host: 'evil.example' }, 'host-not-allowed'],
    ['under a name that begins alike', { Host: 'localhost.evil.example' }, 'host-not-allowed'],
    ['under an address that begins alike', { Host: '127.0.0.1.evil.example' }, 'host-not-allowed'],
  ])('cannot post %s', async (_, headers, code) => {
    const { contentType, body } = form();
    const answer = await product.send('/upload', {
      method: 'POST',
      headers: { 'Content-Type': contentType, ...headers },
      body,
    });

    expectRefusal(answer, 403, code);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    await expectNoTrace(product, pid);
  });

  it.each([
    ['DELETE', '/api/files/AAAAAAAAAAAAAAAAAAAAAA'],
    ['DELETE', '/api/uploads/AAAAAAAAAAAAAAAAAAAAAA'],
    ['POST', '/api/session'],
    ['GET', '/api/files'],
    ['GET', '/api/uploads'],
  ])('cannot ask for %s %s', async (method, path) => {
    const answer = await product.send(path, { method, headers: { Origin: 'https://evil.example' } });

    expect(answer.status).toBe(403);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.problem.code).toBe('origin-not-allowed');
  });

  it('get no preflight', async () => {
    const answer = await product.send('/upload', {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    });

    expect(Math.floor(answer.status / 100)).toBe(4);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('may link to the page', async () => {
    const answer = await product.send('/', {
      headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' },
    });

    expect(answer.status).toBe(200);
    expect(answer.type).toBe('text/html');
  });
});

describe('the page itself', () => {
  it.each(['localhost', '127.0.0.1', '[::1]'])('posts as http://%s', async (name) => {
    const host = `${name}:${product.port}`;
    const upload = new DropzoneUpload(product, { name: host, content: random.bytes(10), chunkSize: 10 });
    const { contentType, body } = upload.form(0);
    const answer = await product.send('/upload', {
      method: 'POST',
      headers: { 'Content-Type': contentType, Host: host, Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin' },
      body,
    });

    expect(answer.status).toBe(201);
  });
});
