// What lets one upload go on after its session has run out; and all that it does not let.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { uploadListSchema, uploadResultSchema, uploadStatusSchema, whoAsksSchema } from '@stowage/contract';
import { query } from './support/database.js';
import { DropzoneUpload } from './support/dropzone.js';
import type { Ask } from './support/http.js';
import { program, somebody } from './support/people.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const CHUNK = 1000;
const random = new Random('grants');
const bytes = random.bytes(3 * CHUNK);
let product: Product;
let maria: Visitor;
let count = 0;

beforeEach(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', PASSWORD);
});
afterEach(() => product.dispose());

interface Begun {
  readonly path: string;
  /** Empty when none was told. */
  readonly grant: string;
}

/** Begins an upload of three chunks, and sends the first. */
async function begin(by: Visitor): Promise<Begun> {
  const body = { name: `half ${++count}.bin`, length: bytes.length, chunkSize: CHUNK };
  const answer = await by.sendJson('POST', '/api/uploads', body);
  expect(answer.status).toBe(201);
  const path = String(answer.headers.location);
  expect((await by.send(`${path}/chunks/0`, { method: 'PUT', body: bytes.subarray(0, CHUNK) })).status).toBe(200);
  return { path, grant: answer.as(uploadStatusSchema).grant ?? '' };
}

function show({ grant }: Pick<Begun, 'grant'>, path: string, ask: Ask = {}) {
  return product.send(path, { ...ask, headers: { ...ask.headers, Authorization: `Bearer ${grant}` } });
}

const chunk = (begun: Begun, index: number) =>
  show(begun, `${begun.path}/chunks/${index}`, {
    method: 'PUT',
    body: bytes.subarray(index * CHUNK, (index + 1) * CHUNK),
  });

/** Lets all sessions run out, as time does. */
async function runOut(): Promise<void> {
  await query(product.databaseUrl, `UPDATE sessions SET last_used_at = now() - interval '1 hour'`);
  expect(await maria.isLetIn()).toBe(false);
}

describe('the grant of an upload', () => {
  it('finishes it after the session has run out, and after its row is gone', async () => {
    const upload = await begin(maria);
    expect(upload.grant).toMatch(/^upg_[\w-]{43}$/u);
    await runOut();
    expect((await chunk(upload, 1)).status).toBe(200);
    await query(product.databaseUrl, 'DELETE FROM sessions');
    await product.stop();
    await product.start();
    expect((await show(upload, upload.path)).as(uploadStatusSchema).missing).toEqual([{ start: 2000, end: 3000 }]);
    const last = await chunk(upload, 2);
    expect([last.status, last.as(uploadResultSchema).file?.size]).toEqual([201, 3000]);
    // A late repeat hears the same.
    expect((await chunk(upload, 2)).as(uploadResultSchema).complete).toBe(true);
  });

  it('is told once, to a session that has begun the upload, by form as well', async () => {
    const source = { name: 'form.bin', content: bytes, chunkSize: CHUNK };
    const upload = new DropzoneUpload(product, source);
    const post = async (index: number, headers: Ask['headers'] = maria.headers) => {
      const { contentType, body } = upload.form(index);
      return product.send('/upload', { method: 'POST', headers: { ...headers, 'Content-Type': contentType }, body });
    };
    const { grant = '' } = (await post(1)).as(uploadResultSchema);
    expect(grant).toMatch(/^upg_/u);
    expect((await post(0)).as(uploadResultSchema).grant).toBeUndefined();
    await runOut();
    expect((await post(2)).status).toBe(401);
    expect((await post(2, { Authorization: `Bearer ${grant}` })).status).toBe(201);

    await maria.signIn('Maria', PASSWORD);
    const wanted = { name: 'again.bin', length: 5, chunkSize: 5 };
    const begins = () =>
      maria.send('/api/uploads', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': '"one"' },
        body: JSON.stringify(wanted),
      });
    expect((await begins()).as(uploadStatusSchema).grant).toMatch(/^upg_/u);
    expect((await begins()).as(uploadStatusSchema).grant).toBeUndefined();
    // A token lives as long as its program wants, so it needs none.
    const token = (await program(product, maria, ['uploads:write'])).visitor;
    expect((await begin(token)).grant).toBe('');
  });

  it('is for nothing else', async () => {
    const [one, other] = [await begin(maria), await begin(maria)];
    for (const [method, path] of [
      ['GET', other.path],
      ['DELETE', other.path],
      ['PUT', `${other.path}/chunks/1`],
      ['GET', `/api/uploads/${'A'.repeat(22)}`],
    ] as const) {
      const answer = await show(one, path, { method });
      expect([path, answer.status, answer.problem.code]).toEqual([path, 404, 'upload-not-found']);
    }
    for (const [method, path] of [
      ['GET', '/api/uploads'],
      ['POST', '/api/uploads'],
      ['GET', '/api/files'],
      ['DELETE', '/api/session'],
      ['GET', '/api/sessions'],
      ['POST', '/api/tokens'],
      ['GET', '/api/accounts'],
    ] as const) {
      const answer = await show(one, path, { method });
      expect([path, answer.status, answer.problem.code]).toEqual([path, 403, 'not-permitted']);
    }
    const form = new DropzoneUpload(product, { name: 'new.bin', content: bytes, chunkSize: CHUNK }).form(0);
    const headers = { 'Content-Type': form.contentType };
    const begun = await show(one, '/upload', { method: 'POST', headers, body: form.body });
    expect([begun.status, begun.problem.code]).toEqual([403, 'not-permitted']);
    expect((await maria.send('/api/uploads')).as(uploadListSchema).uploads).toHaveLength(2);
    expect((await show(one, '/api/session')).as(whoAsksSchema)).toEqual({
      access: 'grant',
      account: null,
      signedIn: false,
    });
    expect((await show(one, one.path)).status).toBe(200);
    expect((await show(one, '/api/session', { method: 'POST' })).status).toBe(401);
    // It ends what it may go on with.
    expect((await show(one, one.path, { method: 'DELETE' })).status).toBe(204);
    expect((await product.send(`${other.path}?access_token=${other.grant}`)).status).toBe(401);
  });

  it('is over at the next chunk when somebody ends its session', async () => {
    const ends: Readonly<Record<string, (other: Visitor) => Promise<unknown>>> = {
      'signing out': (other) => other.send('/api/session', { method: 'DELETE' }),
      'signing out from elsewhere': async () => {
        const [theirs] = (await maria.sessions()).filter(({ current }) => !current);
        return maria.send(`/api/sessions/${theirs?.id ?? ''}`, { method: 'DELETE' });
      },
      'signing out everywhere else': () => maria.send('/api/sessions', { method: 'DELETE' }),
      'signing in anew': (other) => other.signIn('Maria', PASSWORD),
    };
    for (const [how, end] of Object.entries(ends)) {
      const other = new Visitor(product);
      await other.signIn('Maria', PASSWORD);
      const [theirs, mine] = [await begin(other), await begin(maria)];
      expect([how, (await chunk(theirs, 1)).status]).toEqual([how, 200]);
      await end(other);
      expect([how, (await chunk(theirs, 2)).status]).toEqual([how, 401]);
      expect([how, (await chunk(mine, 1)).status]).toEqual([how, 200]);
    }
  });

  it('is over however close the end of its session comes to the beginning of the upload', async () => {
    const outcomes = new Set<number>();
    for (let round = 0; round < 30; round++) {
      const other = new Visitor(product);
      await other.signIn('Maria', PASSWORD);
      const body = { name: `close ${round}.bin`, length: bytes.length, chunkSize: CHUNK };
      const [answer] = await Promise.all([
        other.sendJson('POST', '/api/uploads', body),
        other.send('/api/session', { method: 'DELETE' }),
      ]);
      outcomes.add(answer.status);
      if (answer.status !== 201) continue;
      const { grant = '' } = answer.as(uploadStatusSchema);
      expect((await show({ grant }, String(answer.headers.location))).status).toBe(401);
    }
    expect([...outcomes]).toContain(201);
    expect(await query(product.databaseUrl, 'SELECT 1 FROM upload_grants')).toEqual([]);
  });

  it('is over when the password changes or the account is disabled, whenever its session was over', async () => {
    const upload = await begin(maria);
    await runOut();
    await maria.signIn('Maria', PASSWORD);
    const changed = await maria.sendJson('PUT', '/api/account/password', {
      current: PASSWORD,
      password: 'blind mice run',
    });
    expect(changed.status).toBe(204);
    expect((await chunk(upload, 1)).status).toBe(401);

    const adam = await somebody(product, maria, 'Adam', 'member');
    const theirs = await begin(adam.visitor);
    await maria.sendJson('PATCH', `/api/accounts/${adam.id}`, { disabled: true });
    expect((await chunk(theirs, 1)).status).toBe(401);
    await maria.sendJson('PATCH', `/api/accounts/${adam.id}`, { disabled: false });
    expect((await chunk(theirs, 1)).status).toBe(401);
  });

  it('of a session of the access token is over when the token is another one', async () => {
    const TOKEN = 'acceptance-token-of-forty-two-characters-x';
    await product.stop();
    await product.start({ STOWAGE_ADMIN_TOKEN: TOKEN });
    const operator = new Visitor(product);
    await operator.send('/api/session', { method: 'POST', headers: { Authorization: `Bearer ${TOKEN}` } });
    const [theirs, hers] = [await begin(operator), await begin(maria)];
    await runOut();
    expect((await chunk(theirs, 1)).status).toBe(200);
    await product.stop();
    await product.start({ STOWAGE_ADMIN_TOKEN: 'another-token-of-the-environment-0123456789' });
    expect((await chunk(theirs, 2)).status).toBe(401);
    expect((await chunk(hers, 1)).status).toBe(200);
  });

  it('is kept as a digest, in no log, and no longer than its upload', async () => {
    const { grant, path } = await begin(maria);
    const rows = await query(product.databaseUrl, `SELECT row_to_json(g)::text AS row FROM upload_grants g`);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(grant.slice(4));
    await show({ grant }, path);
    expect(JSON.stringify(product.logs.lines)).not.toContain(grant.slice(4));
    await query(product.databaseUrl, `DELETE FROM uploads`);
    expect(await query(product.databaseUrl, `SELECT 1 FROM upload_grants`)).toHaveLength(0);
  });
});

describe('before anybody has an account', () => {
  it('no grant is needed, and none is told', async () => {
    const fresh = new Product();
    try {
      await fresh.start();
      const answer = await new Visitor(fresh).sendJson('POST', '/api/uploads', { name: 'a', length: 5 });
      expect(answer.as(uploadStatusSchema).grant).toBeUndefined();
    } finally {
      await fresh.dispose();
    }
  });
});
