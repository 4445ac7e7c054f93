// Tokens by which programs act for an account: what they can do, how long, and who can make them.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { apiTokenListSchema, newApiTokenSchema, whoAsksSchema, type NewApiToken } from '@stowage/contract';
import { query } from './support/database.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const random = new Random('tokens');
let product: Product;
let maria: Visitor;

beforeEach(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  expect((await maria.setUp('Maria', PASSWORD)).status).toBe(200);
});
afterEach(() => product.dispose());

const WANTED = { name: 'nightly', scopes: ['files:read', 'uploads:write'], expiresAt: null };

async function make(wanted: object = {}): Promise<NewApiToken> {
  const answer = await maria.sendJson('POST', '/api/tokens', { ...WANTED, ...wanted });
  expect(answer.status).toBe(201);
  return answer.as(newApiTokenSchema);
}

const list = async () => (await maria.send('/api/tokens')).as(apiTokenListSchema).tokens;
const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });
const status = async (secret: string, path = '/api/files') =>
  (await product.send(path, { headers: bearer(secret) })).status;

describe('a token', () => {
  it('is told once, and acts for its account', async () => {
    const { token, secret } = await make();
    expect(secret).toMatch(/^stw_[\w-]{43}$/u);
    expect(token).toMatchObject({ ...WANTED, lastUsedAt: null });
    expect(JSON.stringify(await list())).not.toContain(secret.slice(4));
    const who = (await product.send('/api/session', { headers: bearer(secret) })).as(whoAsksSchema);
    expect(who).toMatchObject({ access: 'api-token', account: { name: 'Maria' }, signedIn: false });
    const [listed] = await list();
    expect(Date.now() - Date.parse(listed?.lastUsedAt ?? '')).toBeLessThan(60_000);
  });

  it('uploads and downloads, without a page or an origin', async () => {
    const { secret } = await make();
    const content = random.bytes(5000);
    const begun = await product.send('/api/uploads', {
      method: 'POST',
      headers: { ...bearer(secret), 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'a.bin', length: content.length }),
    });
    expect(begun.status).toBe(201);
    const sent = await product.send(String(begun.headers.location), {
      method: 'PATCH',
      headers: { ...bearer(secret), 'Upload-Offset': '0' },
      body: content,
    });
    expect(sent.status).toBe(201);
    expect(await status(secret)).toBe(200);
  });

  it('does what its scopes say, and nothing else', async () => {
    const { secret } = await make({ scopes: ['files:read'] });
    const begun = await product.send('/api/uploads', { method: 'POST', headers: bearer(secret) });
    expect([begun.status, begun.problem.code]).toEqual([403, 'not-permitted']);
    // Above all it makes no other token, and changes nothing of its account.
    for (const [method, path] of [
      ['POST', '/api/tokens'],
      ['GET', '/api/tokens'],
      ['GET', '/api/sessions'],
      ['PUT', '/api/account/password'],
      ['POST', '/api/accounts'],
    ] as const) {
      const answer = await product.send(path, { method, headers: bearer(secret) });
      expect([path, answer.status, answer.problem.code]).toEqual([path, 403, 'not-permitted']);
    }
    const session = await product.send('/api/session', { method: 'POST', headers: bearer(secret) });
    expect([session.status, session.headers['set-cookie']]).toEqual([401, undefined]);
  });

  it('is worth nothing anywhere but in its header', async () => {
    const { secret } = await make();
    for (const path of [`/api/files?access_token=${secret}`, `/api/files?token=${secret}`, `/api/files?${secret}`]) {
      expect([path, (await product.send(path)).status]).toEqual([path, 401]);
    }
    for (const headers of [
      { Cookie: `stowage=${secret}` },
      { Authorization: `Basic ${Buffer.from(`x:${secret}`).toString('base64')}` },
      { Authorization: `Bearer ${secret.slice(4)}` },
      { Authorization: `Bearer ${secret.toUpperCase()}` },
      { 'X-Api-Key': secret },
    ]) {
      expect([headers, (await product.send('/api/files', { headers })).status]).toEqual([headers, 401]);
    }
  });

  it('ends when it is revoked, with the next request and with the next chunk', async () => {
    const { token, secret } = await make();
    const begun = await product.send('/api/uploads', {
      method: 'POST',
      headers: { ...bearer(secret), 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'a.bin', length: 2000, chunkSize: 1000 }),
    });
    const chunk = (index: number) =>
      product.send(`${String(begun.headers.location)}/chunks/${index}`, {
        method: 'PUT',
        headers: bearer(secret),
        body: random.bytes(1000),
      });
    expect((await chunk(0)).status).toBe(200);
    expect((await maria.send(`/api/tokens/${token.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await chunk(1)).status).toBe(401);
    expect(await status(secret)).toBe(401);
    for (const id of [token.id, '%00', "'", '..%2f']) {
      const again = await maria.send(`/api/tokens/${id}`, { method: 'DELETE' });
      expect([id, again.status, again.problem.code]).toEqual([id, 404, 'token-not-found']);
    }
  });

  it('ends when its time is over, and stays in the list', async () => {
    const { secret } = await make({ expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await status(secret)).toBe(200);
    await query(product.databaseUrl, `UPDATE api_tokens SET expires_at = now() - interval '1 second'`);
    expect(await status(secret)).toBe(401);
    expect(await list()).toHaveLength(1);
  });

  it('ends with its account, and can never do more than it', async () => {
    const invited = await maria.sendJson('POST', '/api/accounts', { name: 'Adam', role: 'admin' });
    const { account, link } = JSON.parse(invited.text) as { account: { id: string }; link: { url: string } };
    const adam = new Visitor(product);
    const token = new URL(link.url, product.url).hash.slice(1);
    await adam.sendJson('POST', '/api/password-links/use', { token, password: PASSWORD });
    const made = await adam.sendJson('POST', '/api/tokens', { ...WANTED, scopes: ['admin', 'files:read'] });
    const { secret } = made.as(newApiTokenSchema);
    expect(await status(secret, '/api/accounts')).toBe(200);
    await maria.sendJson('PATCH', `/api/accounts/${account.id}`, { role: 'member' });
    expect(await status(secret, '/api/accounts')).toBe(403);
    expect(await status(secret)).toBe(200);
    const more = await adam.sendJson('POST', '/api/tokens', { ...WANTED, scopes: ['admin'] });
    expect([more.status, more.problem.code]).toEqual([403, 'not-permitted']);
    await maria.sendJson('PATCH', `/api/accounts/${account.id}`, { disabled: true });
    expect(await status(secret)).toBe(401);
  });

  it('of somebody else is nobody’s business', async () => {
    const { token } = await make();
    const invited = await maria.sendJson('POST', '/api/accounts', { name: 'Adam', role: 'admin' });
    const { link } = JSON.parse(invited.text) as { link: { url: string } };
    const adam = new Visitor(product);
    const secret = new URL(link.url, product.url).hash.slice(1);
    await adam.sendJson('POST', '/api/password-links/use', { token: secret, password: PASSWORD });
    expect((await adam.send('/api/tokens')).as(apiTokenListSchema).tokens).toEqual([]);
    const answer = await adam.send(`/api/tokens/${token.id}`, { method: 'DELETE' });
    expect([answer.status, answer.problem.code]).toEqual([404, 'token-not-found']);
    expect(await list()).toHaveLength(1);
  });

  it('has a name, a scope, and a time to come', async () => {
    for (const wrong of [
      { name: '' },
      { scopes: [] },
      { scopes: ['self'] },
      { scopes: ['own-account'] },
      { expiresAt: '2020-01-01T00:00:00.000Z' },
      { expiresAt: 'tomorrow' },
      { accountId: 'x' },
    ]) {
      const answer = await maria.sendJson('POST', '/api/tokens', { ...WANTED, ...wrong });
      expect([wrong, answer.status, answer.problem.code]).toEqual([wrong, 400, 'invalid-request']);
    }
    expect(await list()).toEqual([]);
  });

  it('is one of a hundred at most, however many are made at once', async () => {
    await query(
      product.databaseUrl,
      `INSERT INTO api_tokens (id, account_id, secret_digest, name, scopes)
       SELECT left(md5(n::text), 22), a.id, decode(md5(n::text), 'hex'), 'x', '{files:read}' FROM accounts a, generate_series(1, 97) n`,
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => maria.sendJson('POST', '/api/tokens', WANTED)));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(3);
    expect(await list()).toHaveLength(100);
    expect(answers.find((answer) => answer.status === 409)?.problem.code).toBe('too-many-tokens');
  });

  it('is kept as a digest, and in no log', async () => {
    const { secret } = await make();
    await status(secret);
    const rows = JSON.stringify(
      await query(product.databaseUrl, `SELECT row_to_json(t)::text AS row FROM api_tokens t`),
    );
    expect(rows).not.toContain(secret.slice(4));
    expect(JSON.stringify(product.logs.lines)).not.toContain(secret.slice(4));
  });

  it('takes an account', async () => {
    await product.dispose();
    product = new Product();
    await product.start();
    const answer = await new Visitor(product).sendJson('POST', '/api/tokens', WANTED);
    expect([answer.status, answer.problem.code]).toEqual([403, 'account-needed']);
  });
});
