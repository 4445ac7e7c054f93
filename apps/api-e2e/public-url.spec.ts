import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort } from './support/free-port.js';
import { Product } from './support/product.js';

const TOKEN = 'acceptance-token-of-forty-two-characters-x';
const PUBLIC_URL = 'https://files.example.org';
let product: Product;
beforeAll(async () => {
  const PORT = String(await freePort());
  product = new Product({
    env: { PORT, STOWAGE_ADMIN_TOKEN: TOKEN, STOWAGE_PUBLIC_URL: PUBLIC_URL, STOWAGE_TRUSTED_PROXIES: '127.0.0.1' },
  });
  await product.start();
});
afterAll(() => product.dispose());

it('announces the public URL', () => {
  expect(product.announced).toBe(PUBLIC_URL);
});

it('binds the session to that very host when it is https', async () => {
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const cookie = (await product.send('/api/session', { method: 'POST', headers })).headers['set-cookie']?.[0] ?? '';

  expect(cookie).toMatch(/^__Host-/u);
  expect(cookie).toMatch(/; Secure/u);
  expect(cookie).toMatch(/; Path=\/(;|$)/u);
  expect(cookie).not.toMatch(/; Domain/u);
  const session = { Cookie: cookie.split(';')[0] ?? '' };
  const remove = (origin: string) =>
    product.send(`/api/files/${'A'.repeat(22)}`, { method: 'DELETE', headers: { ...session, Origin: origin } });
  expect((await remove(PUBLIC_URL)).status).toBe(404);
  expect((await remove('http://files.example.org')).status).toBe(403);
  expect((await remove(`http://127.0.0.1:${product.port}`)).status).toBe(403);
});
