// The first account: how it is made, and how nobody else makes one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { whoAsksSchema } from '@stowage/contract';
import { API_FLAGS } from '../../tools/launch/api-flags.mjs';
import { query } from './support/database.js';
import { freePort } from './support/free-port.js';
import { Product } from './support/product.js';
import { PROGRAM } from './support/server-process.js';
import { guardedRoutes, Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
let product: Product;
let maria: Visitor;

describe('before anybody has an account', () => {
  beforeEach(async () => {
    product = new Product();
    await product.start();
    maria = new Visitor(product);
  });
  afterEach(() => product.dispose());

  it('the server lets this machine in, and announces a link that makes one', async () => {
    expect(product.setUpLink).toMatch(/^http:\/\/localhost:\d+\/setup#[\w-]{43}$/u);
    expect(await maria.whoAmI()).toEqual({ access: 'open', account: null, signedIn: false });
    expect(await maria.isLetIn()).toBe(true);
    const answer = await maria.setUp('Maria', PASSWORD);
    expect(answer.status).toBe(200);
    expect(answer.as(whoAsksSchema)).toMatchObject({ access: 'account', account: { name: 'Maria' }, signedIn: true });
    expect(await maria.whoAmI()).toEqual(answer.as(whoAsksSchema));
  });

  it('the link is for one account, whoever is faster', async () => {
    const link = product.setUpLink;
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) => new Visitor(product).setUp(`Person ${index}`, PASSWORD, link)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await query(product.databaseUrl, 'SELECT name FROM accounts')).toHaveLength(1);
  });

  it('what cannot be an account is refused, and the link stays good', async () => {
    const token = new URL(product.setUpLink).hash.slice(1);
    for (const [wrong, status, code] of [
      [{ name: 'Ma\u0000ria' }, 422, 'invalid-name'],
      [{ name: '  ' }, 422, 'invalid-name'],
      [{ name: 'x'.repeat(65) }, 422, 'invalid-name'],
      [{ password: 'kurz-1!' }, 422, 'password-refused'],
      [{ password: 'Password123' }, 422, 'password-refused'],
      [{ password: 'maria-maria' }, 422, 'password-refused'],
      [{ token: 'A'.repeat(43) }, 410, 'link-not-valid'],
      [{ role: 'admin' }, 400, 'invalid-request'],
      [{ name: 5 }, 400, 'invalid-request'],
    ] as const) {
      const answer = await maria.sendJson('POST', '/api/setup', {
        token,
        name: 'Maria',
        password: PASSWORD,
        ...(wrong as object),
      });
      expect([wrong, answer.status, answer.problem.code]).toEqual([wrong, status, code]);
    }
    expect((await maria.setUp('Maria', PASSWORD)).status).toBe(200);
  });

  it('the link is good for an hour', async () => {
    await query(product.databaseUrl, `UPDATE set_up_links SET expires_at = expires_at - interval '50 minutes'`);
    expect(await query(product.databaseUrl, 'SELECT 1 FROM set_up_links WHERE expires_at > now()')).toHaveLength(1);
    await query(product.databaseUrl, `UPDATE set_up_links SET expires_at = expires_at - interval '10 minutes'`);
    expect((await maria.setUp('Maria', PASSWORD)).problem.code).toBe('link-not-valid');
  });

  it('no foreign page uses it', async () => {
    const token = new URL(product.setUpLink).hash.slice(1);
    const headers = { 'Content-Type': 'application/json', Origin: 'https://evil.example' };
    const body = JSON.stringify({ token, name: 'Maria', password: PASSWORD });
    const answer = await product.send('/api/setup', { method: 'POST', headers, body });
    expect(answer.problem.code).toBe('origin-not-allowed');
  });
});

describe('a server that everybody can reach', () => {
  afterEach(() => product.dispose());

  it('lets nobody in before it is set up, by any name, except by its link', async () => {
    product = new Product({ env: { HOST: '0.0.0.0' } });
    await product.start();
    for (const headers of [{}, { Host: 'files.example.org' }]) {
      for (const [method, path] of guardedRoutes) {
        const answer = await product.send(path, { method, headers });
        expect([path, answer.status, answer.problem.code]).toEqual([path, 401, 'not-set-up']);
      }
    }
    maria = new Visitor(product);
    expect((await maria.setUp('Maria', PASSWORD)).status).toBe(200);
    expect(await maria.isLetIn()).toBe(true);
  });
});

describe('once somebody has an account', () => {
  afterEach(() => product.dispose());

  it('the way to the first one is gone, under whatever name', async () => {
    product = new Product();
    await product.start();
    maria = new Visitor(product);
    await maria.setUp('Maria', PASSWORD);
    const body = JSON.stringify({ token: 'A'.repeat(43), name: 'Eve', password: PASSWORD });
    const headers = { 'Content-Type': 'application/json' };
    const PATHS = [
      '/api/setup',
      '/api/setup/',
      '//api/setup',
      '/api//setup',
      '/API/SETUP',
      '/api/./setup',
      '/x/../api/setup',
    ];
    for (const path of [...PATHS, '/api/setup;a=b', '/api/%73etup', '/api%2fsetup', '/api/setup?x', '/api/setup%00']) {
      const stranger = await product.send(path, { method: 'POST', headers, body });
      expect([path, stranger.status]).toEqual([path, stranger.status === 400 ? 400 : 401]);
      const known = await maria.send(path, { method: 'POST', headers, body });
      expect([path, known.status]).toEqual([path, known.status === 400 ? 400 : 404]);
    }
    await product.stop();
    await product.start();
    expect(product.setUpLink).toBe('');
  });
});

describe('without a launcher', () => {
  it('the log has the link', async () => {
    product = new Product();
    await product.start();
    await product.stop();
    const env = {
      PATH: process.env.PATH,
      PORT: '0',
      DATABASE_URL: product.databaseUrl,
      STOWAGE_DATA_DIR: product.dataDir,
    };
    const alone = spawn(process.execPath, [...API_FLAGS, PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    try {
      for await (const line of createInterface({ input: alone.stdout })) {
        lines.push(line);
        if (line.includes('setUpLink')) break;
      }
    } finally {
      alone.kill('SIGTERM');
      await once(alone, 'exit');
    }
    const { setUpLink } = JSON.parse(lines.at(-1) ?? '') as { setUpLink: string };
    expect(setUpLink).toMatch(/^http:\/\/localhost:\d+\/setup#[\w-]{43}$/u);
    await product.dispose();
  });
});

describe('behind https', () => {
  afterAll(() => product.dispose());

  it('cookies are bound to this very host', async () => {
    const env = { STOWAGE_PUBLIC_URL: 'https://files.example.org', PORT: String(await freePort()) };
    product = new Product({ env });
    await product.start();
    expect((await product.send('/api/files')).problem.code).toBe('not-set-up');
    expect(product.setUpLink).toMatch(/^https:\/\/files\.example\.org\/setup#/u);
    const token = new URL(product.setUpLink).hash.slice(1);
    const answer = await product.send('/api/setup', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: 'https://files.example.org' },
      body: JSON.stringify({ token, name: 'Maria', password: PASSWORD }),
    });
    expect(answer.status).toBe(200);
    for (const cookie of answer.headers['set-cookie'] ?? []) expect(cookie).toMatch(/^__Host-stowage.*; Secure/u);
  });
});
