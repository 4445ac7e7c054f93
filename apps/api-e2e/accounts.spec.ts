// People: signing in and out, sessions, guesses.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { whoAsksSchema } from '@stowage/contract';
import { query } from './support/database.js';
import { DropzoneUpload } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { guardedRoutes, Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const random = new Random('accounts');
let product: Product;
let maria: Visitor;

/** A product that Maria has set up. */
async function setUp(env: Readonly<Record<string, string>> = {}): Promise<void> {
  product = new Product({ env });
  await product.start();
  maria = new Visitor(product);
  expect((await maria.setUp('Maria', PASSWORD)).status).toBe(200);
}

describe('once somebody has an account', () => {
  beforeEach(() => setUp());
  afterEach(() => product.dispose());

  it('every route wants to know who asks', async () => {
    for (const [method, path] of guardedRoutes) {
      for (const headers of [{}, { Cookie: `stowage=${'A'.repeat(43)}` }, { Authorization: 'Bearer x' }]) {
        const answer = await product.send(path, { method, headers });
        expect([method, path, answer.status, answer.problem.code]).toEqual([method, path, 401, 'unauthorized']);
      }
    }
    for (const path of ['/healthz', '/readyz', '/', '/setup', '/settings/security']) {
      expect([path, (await product.send(path)).status]).toEqual([path, 200]);
    }
  });

  it('signs in with name and password, in any case of the name', async () => {
    const browser = new Visitor(product);
    expect(await browser.isLetIn()).toBe(false);
    const answer = await browser.signIn('MARIA', PASSWORD);
    expect(answer.as(whoAsksSchema)).toMatchObject({ access: 'account', account: { name: 'Maria' } });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    for (const part of ['HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(`; ${part}`);
    expect(cookie).not.toMatch(/Domain|Secure/u);
    expect(await browser.isLetIn()).toBe(true);
  });

  it('tells nobody which names there are', async () => {
    const answers = await Promise.all([
      new Visitor(product).signIn('Maria', 'another password'),
      new Visitor(product).signIn('Nobody', 'another password'),
      new Visitor(product).signIn('Nobody', ''),
    ]);
    for (const { status, problem, headers } of answers) {
      expect([status, problem.code]).toEqual([401, 'sign-in-failed']);
      expect(problem.detail).toBe(answers[0]?.problem.detail);
      expect(headers['set-cookie']).toBeUndefined();
    }
  });

  it('signs out so that a copy of the cookie is worth nothing', async () => {
    const copy = new Visitor(product);
    for (const [name, value] of maria.cookies) copy.cookies.set(name, value);
    expect(await copy.isLetIn()).toBe(true);
    expect((await maria.send('/api/session', { method: 'DELETE' })).status).toBe(204);
    expect(await copy.isLetIn()).toBe(false);
  });

  it('gives a new session at every sign-in, and ends the one before', async () => {
    const before = new Visitor(product);
    for (const [name, value] of maria.cookies) before.cookies.set(name, value);
    await maria.signIn('Maria', PASSWORD);
    expect(await maria.isLetIn()).toBe(true);
    expect(await before.isLetIn()).toBe(false);
  });

  it('lists sessions and ends one, effective at the next request and at the next chunk of an upload', async () => {
    const other = new Visitor(product);
    await other.signIn('Maria', PASSWORD);
    const source = { name: 'half.bin', content: random.bytes(3000), chunkSize: 1000 };
    const upload = new DropzoneUpload(product, source);
    const chunk = (index: number) => {
      const { contentType, body } = upload.form(index);
      return other.send('/upload', { method: 'POST', headers: { 'Content-Type': contentType }, body });
    };
    expect((await chunk(0)).status).toBe(200);

    const sessions = await maria.sessions();
    expect(sessions.map(({ current }) => current).sort()).toEqual([false, true]);
    const [theirs] = sessions.filter(({ current }) => !current);
    expect(theirs?.address).toMatch(/127\.0\.0\.1/u);
    expect((await maria.send(`/api/sessions/${theirs?.id ?? ''}`, { method: 'DELETE' })).status).toBe(204);
    expect((await chunk(1)).status).toBe(401);
    expect(await other.isLetIn()).toBe(false);
    expect(await maria.isLetIn()).toBe(true);
    for (const id of [theirs?.id ?? '', '%00', "'", '..%2f']) {
      const again = await maria.send(`/api/sessions/${id}`, { method: 'DELETE' });
      expect([id, again.status, again.problem.code]).toEqual([id, 404, 'session-not-found']);
    }
  });

  it('ends all other sessions at once', async () => {
    const others = [new Visitor(product), new Visitor(product)];
    for (const other of others) await other.signIn('Maria', PASSWORD);
    expect((await maria.send('/api/sessions', { method: 'DELETE' })).status).toBe(204);
    for (const other of others) expect(await other.isLetIn()).toBe(false);
    expect(await maria.isLetIn()).toBe(true);
  });

  it('changes a password: only with the old one, and every other session ends', async () => {
    const other = new Visitor(product);
    await other.signIn('Maria', PASSWORD);
    const copy = new Visitor(product);
    for (const [name, value] of maria.cookies) copy.cookies.set(name, value);
    const change = (current: string, password: string) =>
      maria.sendJson('PUT', '/api/account/password', { current, password });

    expect((await change('wrong', 'three blind mice run')).problem.code).toBe('sign-in-failed');
    expect((await change(PASSWORD, 'password1')).problem.code).toBe('password-refused');
    expect(await other.isLetIn()).toBe(true);
    expect((await change(PASSWORD, 'three blind mice run')).status).toBe(204);
    expect(await maria.isLetIn()).toBe(true);
    expect([await other.isLetIn(), await copy.isLetIn()]).toEqual([false, false]);
    expect((await other.signIn('Maria', PASSWORD)).status).toBe(401);
    expect((await other.signIn('Maria', 'three blind mice run')).status).toBe(200);
  });

  it('keeps no secret in the database or in the log', async () => {
    await maria.signIn('Maria', PASSWORD);
    const secrets = [PASSWORD, ...maria.cookies.values()];
    for (const table of ['accounts', 'sessions', 'set_up_links', 'known_devices', 'sign_in_attempts']) {
      const rows = JSON.stringify(
        await query(product.databaseUrl, `SELECT row_to_json(t)::text AS row FROM ${table} t`),
      );
      for (const secret of secrets) expect([table, rows.includes(secret)]).toEqual([table, false]);
    }
    const [account] = await query<{ password_hash: string }>(product.databaseUrl, 'SELECT password_hash FROM accounts');
    expect(account?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/u);
    const log = JSON.stringify(product.logs.lines);
    for (const secret of [...secrets, new URL(`x:${product.setUpLink}`).hash]) {
      if (secret !== '') expect(log.includes(secret)).toBe(false);
    }
  });

  it('lets a session end by itself: unused for half an hour, or after twelve', async () => {
    for (const change of [
      `last_used_at = now() - interval '31 minutes'`,
      `created_at = now() - interval '12 hours 1 minute'`,
    ]) {
      const browser = new Visitor(product);
      await browser.signIn('Maria', PASSWORD);
      expect(await browser.isLetIn()).toBe(true);
      await query(product.databaseUrl, `UPDATE sessions SET ${change}`);
      expect(await browser.isLetIn()).toBe(false);
    }
  });

  it('lets them last as long as the settings say', async () => {
    await product.stop();
    await product.start({ STOWAGE_SESSION_IDLE: '7200', STOWAGE_SESSION_LENGTH: '86400' });
    await query(
      product.databaseUrl,
      `UPDATE sessions SET last_used_at = now() - interval '1 hour', created_at = now() - interval '20 hours'`,
    );
    expect(await maria.isLetIn()).toBe(true);
  });

  it('keeps a session alive that is used', async () => {
    await query(product.databaseUrl, `UPDATE sessions SET last_used_at = now() - interval '29 minutes'`);
    expect(await maria.isLetIn()).toBe(true);
    const [session] = await maria.sessions();
    expect(Date.now() - Date.parse(session?.lastUsedAt ?? '')).toBeLessThan(5 * 60_000);
  });
});

describe('guesses', () => {
  beforeEach(() => setUp());
  afterEach(() => product.dispose());

  it('are soon answered without being looked at, and whoever signed in before still can', async () => {
    const codes: string[] = [];
    for (let guess = 0; guess < 60; guess++) {
      const answer = await new Visitor(product).signIn('Maria', `guess number ${guess}`);
      codes.push(answer.problem.code);
      if (answer.problem.code === 'too-many-attempts') {
        expect(answer.status).toBe(429);
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      }
    }
    expect(codes.filter((code) => code === 'sign-in-failed').length).toBeLessThanOrEqual(20);
    expect(codes.at(-1)).toBe('too-many-attempts');
    // Even the right password is not looked at now, or guessing would go on.
    expect((await new Visitor(product).signIn('Maria', PASSWORD)).problem.code).toBe('too-many-attempts');

    await maria.send('/api/session', { method: 'DELETE' });
    expect((await maria.signIn('Maria', PASSWORD)).status).toBe(200);
  });

  it('do not cost those who know their password anything', async () => {
    for (let round = 0; round < 30; round++) {
      expect((await new Visitor(product).signIn('Maria', PASSWORD)).status).toBe(200);
    }
  });

  it('of the old password are counted, too', async () => {
    const codes = new Set<string>();
    for (let guess = 0; guess < 40; guess++) {
      const body = { current: `guess ${guess}`, password: 'three blind mice run' };
      codes.add((await maria.sendJson('PUT', '/api/account/password', body)).problem.code);
    }
    expect([...codes]).toEqual(['sign-in-failed', 'too-many-attempts']);
  });
});

describe('the access token of the environment', () => {
  const TOKEN = 'acceptance-token-of-forty-two-characters-x';
  const BEARER = { Authorization: `Bearer ${TOKEN}` };
  beforeEach(() => setUp({ STOWAGE_ADMIN_TOKEN: TOKEN }));
  afterEach(() => product.dispose());

  it('lets in beside accounts, as itself and as a session', async () => {
    expect((await product.send('/api/files', { headers: BEARER })).status).toBe(200);
    const browser = new Visitor(product);
    const answer = await browser.send('/api/session', { method: 'POST', headers: BEARER });
    expect(answer.as(whoAsksSchema)).toEqual({ access: 'token', account: null, signedIn: true });
    expect(await browser.sessions()).toHaveLength(1);
    expect((await browser.sendJson('PUT', '/api/account/password', { current: 'x', password: 'y' })).problem.code).toBe(
      'account-needed',
    );
  });

  it('ends its sessions when it is another one', async () => {
    const browser = new Visitor(product);
    await browser.send('/api/session', { method: 'POST', headers: BEARER });
    await product.stop();
    await product.start({ STOWAGE_ADMIN_TOKEN: 'another-token-of-the-environment-0123456789' });
    expect(await browser.isLetIn()).toBe(false);
    expect(await maria.isLetIn()).toBe(true);
  });
});
