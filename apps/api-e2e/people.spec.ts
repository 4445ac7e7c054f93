// People: invited, promoted, disabled, and helped to a new password; by those who manage the server only.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  invitedSchema,
  linkFactsSchema,
  passwordLinkSchema,
  personListSchema,
  personSchema,
  type Person,
} from '@stowage/contract';
import { query } from './support/database.js';
import { DropzoneUpload } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const OTHER = 'three blind mice run';
const random = new Random('people');
let product: Product;
let maria: Visitor;

beforeEach(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  expect((await maria.setUp('Maria', PASSWORD)).status).toBe(200);
});
afterEach(() => product.dispose());

const tokenOf = (url: string) => new URL(url, 'http://x').hash.slice(1);

/** Invites somebody; the account, and the secret of the link. */
async function invite(name: string, role = 'member'): Promise<{ person: Person; token: string }> {
  const answer = await maria.sendJson('POST', '/api/accounts', { name, role });
  expect(answer.status).toBe(201);
  const { account, link } = answer.as(invitedSchema);
  return { person: account, token: tokenOf(link.url) };
}

/** Somebody who has been invited and has chosen a password, in a browser that is signed in. */
async function member(name: string, role = 'member'): Promise<{ person: Person; browser: Visitor }> {
  const { person, token } = await invite(name, role);
  const browser = new Visitor(product);
  expect((await browser.sendJson('POST', '/api/password-links/use', { token, password: OTHER })).status).toBe(200);
  return { person, browser };
}

async function people(search = ''): Promise<Person[]> {
  return (await maria.send(`/api/accounts${search}`)).as(personListSchema).accounts;
}

const change = (id: string, changes: unknown) => maria.sendJson('PATCH', `/api/accounts/${id}`, changes);
const mariaId = async () => (await people()).find(({ name }) => name === 'Maria')?.id ?? '';

describe('an invitation', () => {
  it('is a link by which somebody chooses a password, once', async () => {
    const { person, token } = await invite('Adam');
    expect(person).toMatchObject({ name: 'Adam', role: 'member', state: 'invited', lastSignedInAt: null });
    expect(Date.parse(person.linkExpiresAt ?? '') - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(token).toMatch(/^[\w-]{43}$/u);

    const adam = new Visitor(product);
    const facts = await adam.sendJson('POST', '/api/password-links/look', { token });
    expect(facts.as(linkFactsSchema)).toEqual({ name: 'Adam', kind: 'invitation' });
    expect((await adam.signIn('Adam', '')).problem.code).toBe('sign-in-failed');
    const weak = await adam.sendJson('POST', '/api/password-links/use', { token, password: 'adam adam' });
    expect(weak.problem.code).toBe('password-refused');
    expect((await adam.sendJson('POST', '/api/password-links/use', { token, password: OTHER })).status).toBe(200);
    expect(await adam.whoAmI()).toMatchObject({ access: 'account', account: { name: 'Adam', role: 'member' } });

    for (const what of ['look', 'use']) {
      const again = await new Visitor(product).sendJson('POST', `/api/password-links/${what}`, {
        token,
        ...(what === 'use' ? { password: PASSWORD } : {}),
      });
      expect([what, again.status, again.problem.code]).toEqual([what, 410, 'link-not-valid']);
    }
    expect((await new Visitor(product).signIn('adam', OTHER)).status).toBe(200);
    const [listed] = await people();
    expect(listed).toMatchObject({ name: 'Adam', state: 'active', linkExpiresAt: null });
    expect(Date.parse(listed?.lastSignedInAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  it('lets in one of those who use it at once', async () => {
    const { token } = await invite('Adam');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        new Visitor(product).sendJson('POST', '/api/password-links/use', { token, password: OTHER }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410]);
  });

  it('is over after an hour, and by a newer one', async () => {
    const { person, token } = await invite('Adam');
    await query(product.databaseUrl, `UPDATE password_links SET expires_at = expires_at - interval '1 hour'`);
    const look = (secret: string) => maria.sendJson('POST', '/api/password-links/look', { token: secret });
    expect((await look(token)).problem.code).toBe('link-not-valid');
    expect((await people())[0]).toMatchObject({ name: 'Adam', state: 'invited', linkExpiresAt: null });
    const links = [];
    for (let round = 0; round < 2; round++) {
      const answer = await maria.send(`/api/accounts/${person.id}/link`, { method: 'POST' });
      expect(answer.status).toBe(201);
      links.push(tokenOf(answer.as(passwordLinkSchema).url));
    }
    const [first = '', second = ''] = links;
    expect((await look(first)).problem.code).toBe('link-not-valid');
    expect((await look(second)).status).toBe(200);
  });

  it('can be withdrawn until somebody has accepted it', async () => {
    const { person, token } = await invite('Adam');
    expect((await maria.send(`/api/accounts/${person.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await maria.sendJson('POST', '/api/password-links/look', { token })).problem.code).toBe('link-not-valid');
    const gone = await maria.send(`/api/accounts/${person.id}`, { method: 'DELETE' });
    expect([gone.status, gone.problem.code]).toEqual([404, 'account-not-found']);
    const again = await member('Adam');
    const used = await maria.send(`/api/accounts/${again.person.id}`, { method: 'DELETE' });
    expect([used.status, used.problem.code]).toEqual([409, 'account-in-use']);
  });

  it('goes to a name that nobody has, and that can be one', async () => {
    const wrong = [
      [{ name: 'MARIA' }, 409, 'account-name-taken'],
      [{ name: ' Adam' }, 422, 'invalid-name'],
      [{ name: 'a/b' }, 422, 'invalid-name'],
      [{ name: 'Adam', role: 'owner' }, 400, 'invalid-request'],
      [{ name: 'Adam', password: OTHER }, 400, 'invalid-request'],
      [{ name: 'Adam', state: 'active' }, 400, 'invalid-request'],
    ] as const;
    for (const [body, status, code] of wrong) {
      const answer = await maria.sendJson('POST', '/api/accounts', { role: 'member', ...body });
      expect([body, answer.status, answer.problem.code]).toEqual([body, status, code]);
    }
    const same = await Promise.all(
      Array.from({ length: 5 }, () => maria.sendJson('POST', '/api/accounts', { name: 'Adam', role: 'member' })),
    );
    expect(same.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(await people()).toHaveLength(2);
  });
});

describe('a forgotten password', () => {
  it('is replaced by its owner with a link, and until then it stays good', async () => {
    const { person, browser } = await member('Adam');
    const answer = await maria.send(`/api/accounts/${person.id}/link`, { method: 'POST' });
    const token = tokenOf(answer.as(passwordLinkSchema).url);
    expect(await browser.isLetIn()).toBe(true);
    const elsewhere = new Visitor(product);
    const facts = await elsewhere.sendJson('POST', '/api/password-links/look', { token });
    expect(facts.as(linkFactsSchema)).toEqual({ name: 'Adam', kind: 'reset' });
    expect((await elsewhere.sendJson('POST', '/api/password-links/use', { token, password: PASSWORD })).status).toBe(
      200,
    );
    expect([await elsewhere.isLetIn(), await browser.isLetIn()]).toEqual([true, false]);
    expect((await browser.signIn('Adam', OTHER)).problem.code).toBe('sign-in-failed');
    expect((await browser.signIn('Adam', PASSWORD)).status).toBe(200);
  });

  it('keeps neither the link nor the password in the database or in the log', async () => {
    const { person } = await member('Adam');
    const answer = await maria.send(`/api/accounts/${person.id}/link`, { method: 'POST' });
    const token = tokenOf(answer.as(passwordLinkSchema).url);
    const rows = JSON.stringify(
      await query(
        product.databaseUrl,
        `SELECT (SELECT json_agg(a)::text FROM accounts a) AS a, (SELECT json_agg(l)::text FROM password_links l) AS l`,
      ),
    );
    for (const secret of [token, OTHER]) {
      expect(rows).not.toContain(secret);
      expect(JSON.stringify(product.logs.lines)).not.toContain(secret);
    }
  });
});

describe('an account that is disabled', () => {
  it('is nobody at the next request, and at the next chunk of an upload', async () => {
    const { person, browser } = await member('Adam');
    const upload = new DropzoneUpload(product, { name: 'half.bin', content: random.bytes(3000), chunkSize: 1000 });
    const chunk = (index: number) => {
      const { contentType, body } = upload.form(index);
      return browser.send('/upload', { method: 'POST', headers: { 'Content-Type': contentType }, body });
    };
    expect((await chunk(0)).status).toBe(200);
    const answer = await change(person.id, { disabled: true });
    expect(answer.as(personSchema)).toMatchObject({ state: 'disabled' });
    expect((await chunk(1)).status).toBe(401);
    expect(await browser.isLetIn()).toBe(false);
    expect((await browser.signIn('Adam', OTHER)).problem.code).toBe('sign-in-failed');
    const link = await maria.send(`/api/accounts/${person.id}/link`, { method: 'POST' });
    expect([link.status, link.problem.code]).toEqual([409, 'account-disabled']);

    expect((await change(person.id, { disabled: false })).as(personSchema).state).toBe('active');
    expect(await browser.isLetIn()).toBe(false);
    expect((await browser.signIn('Adam', OTHER)).status).toBe(200);
    expect((await chunk(1)).status).toBe(200);
  });

  it('has no link any more', async () => {
    const { person, token } = await invite('Adam');
    await change(person.id, { disabled: true });
    const use = () => new Visitor(product).sendJson('POST', '/api/password-links/use', { token, password: OTHER });
    expect((await use()).problem.code).toBe('link-not-valid');
    expect((await change(person.id, { disabled: false })).as(personSchema).state).toBe('invited');
    expect((await use()).problem.code).toBe('link-not-valid');
  });

  it('stays out however close a sign-in or the use of a link comes', async () => {
    for (let round = 0; round < 10; round++) {
      const { person } = await member(`Adam ${round}`);
      const link = await maria.send(`/api/accounts/${person.id}/link`, { method: 'POST' });
      const token = tokenOf(link.as(passwordLinkSchema).url);
      const browsers = [new Visitor(product), new Visitor(product), new Visitor(product)];
      const [first, second, third] = browsers;
      await Promise.all([
        first?.signIn(person.name, OTHER),
        second?.sendJson('POST', '/api/password-links/use', { token, password: PASSWORD }),
        third?.signIn(person.name, OTHER),
        change(person.id, { disabled: true }),
      ]);
      for (const browser of browsers) expect(await browser.isLetIn()).toBe(false);
      expect(await query(product.databaseUrl, `SELECT 1 FROM sessions WHERE account_id = '${person.id}'`)).toHaveLength(
        0,
      );
    }
  });
});

describe('somebody', () => {
  it('always manages the server', async () => {
    const id = await mariaId();
    await invite('Eve', 'admin');
    for (const changes of [{ role: 'member' }, { disabled: true }]) {
      const answer = await change(id, changes);
      expect([answer.status, answer.problem.code]).toEqual([409, 'last-admin']);
    }
    expect(await maria.whoAmI()).toMatchObject({ account: { role: 'admin' } });
    // Of two who step back at once, one stays.
    const { person, browser } = await member('Adam', 'admin');
    const answers = await Promise.all([
      change(id, { role: 'member' }),
      browser.sendJson('PATCH', `/api/accounts/${person.id}`, { role: 'member' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('who is made an admin or a member is one with the next request', async () => {
    const { person, browser } = await member('Adam');
    const answer = await browser.send('/api/accounts');
    expect([answer.status, answer.problem.code]).toEqual([403, 'not-permitted']);
    await change(person.id, { role: 'admin' });
    expect((await browser.send('/api/accounts')).status).toBe(200);
    await change(person.id, { role: 'member' });
    expect((await browser.send('/api/accounts')).status).toBe(403);
  });

  it('who is not there cannot be changed', async () => {
    for (const id of ['A'.repeat(22), '..%2f', "'", '%00', 'x'.repeat(5000)]) {
      for (const [method, path, body] of [
        ['PATCH', '', { disabled: true }],
        ['DELETE', '', undefined],
        ['POST', '/link', undefined],
      ] as const) {
        const answer = await (body === undefined
          ? maria.send(`/api/accounts/${id}${path}`, { method })
          : maria.sendJson(method, `/api/accounts/${id}${path}`, body));
        expect([method, id, answer.status, answer.problem.code]).toEqual([method, id, 404, 'account-not-found']);
      }
    }
    expect((await change(await mariaId(), {})).problem.code).toBe('invalid-request');
  });
});

describe('the list of accounts', () => {
  it('comes in pages, by name', async () => {
    for (const name of ['Zoë', 'adam', 'Berta', 'émile']) await invite(name);
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { accounts: Person[]; next: string | null } = (
        await maria.send(`/api/accounts?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      ).as(personListSchema);
      expect(page.accounts.length).toBeLessThanOrEqual(2);
      names.push(...page.accounts.map(({ name }) => name));
      cursor = page.next;
    }
    expect([...names].sort()).toEqual(['Berta', 'Maria', 'Zoë', 'adam', 'émile'].sort());
    expect(names.slice(0, 2)).toEqual(['adam', 'Berta']);
    for (const search of ['?limit=0', '?cursor=AA', '?sort=name']) {
      expect([search, (await maria.send(`/api/accounts${search}`)).problem.code]).toEqual([search, 'invalid-request']);
    }
  });
});

describe('before the server is set up', () => {
  it('nobody is invited who would be there without an admin', async () => {
    const fresh = new Product();
    try {
      await fresh.start();
      const answer = await new Visitor(fresh).sendJson('POST', '/api/accounts', { name: 'Adam', role: 'member' });
      expect([answer.status, answer.problem.code]).toEqual([403, 'account-needed']);
      expect((await new Visitor(fresh).setUp('Maria', PASSWORD)).status).toBe(200);
    } finally {
      await fresh.dispose();
    }
  });
});
