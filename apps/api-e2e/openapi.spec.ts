import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from './support/product.js';

const product = new Product({ env: { STOWAGE_ADMIN_TOKEN: 'a token of thirty-two characters'.replaceAll(' ', '-') } });
beforeAll(() => product.start());
afterAll(() => product.dispose());

describe('the description of the API', () => {
  it('is given to everybody, and is the one of the documentation', async () => {
    const answer = await product.send('/api/openapi.json');
    expect([answer.status, answer.type]).toEqual([200, 'application/json']);
    const committed = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
    expect(JSON.parse(answer.text)).toEqual(JSON.parse(committed));
  });

  it('has a page of its own that loads nothing from elsewhere', async () => {
    const page = await product.send('/api/docs');
    expect([page.status, page.type]).toEqual([200, 'text/html']);
    expect(page.headers['content-security-policy']).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self';/u,
    );
    expect(page.text).not.toMatch(/https?:|style=|<script>|<style/u);
    const files = [...page.text.matchAll(/(?:src|href)="(\/api\/docs\/[^"]+)"/gu)].map(([, file = '']) => file);
    expect(files).toHaveLength(4);
    for (const file of files) {
      const { status, type, headers } = await product.send(file, { headers: { Range: 'bytes=0-' } });
      expect([status, type, headers['x-content-type-options']]).toEqual([
        200,
        file.endsWith('.css') ? 'text/css' : 'text/javascript',
        'nosniff',
      ]);
    }
    for (const file of ['index.html', 'package.json', '..%2fpackage.json', 'constructor']) {
      expect((await product.send(`/api/docs/${file}`)).status).toBe(404);
    }
  });

  it('opens nothing else', async () => {
    expect((await product.send('/api/uploads')).status).toBe(401);
    expect((await product.send('/api/docs', { method: 'POST' })).status).toBe(405);
  });
});
