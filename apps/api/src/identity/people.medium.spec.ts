// Real: PostgreSQL and argon2id. What lies long ago is put there.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { migratedDatabase } from '../../test/test-database.js';
import { parseConfiguration } from '../platform/config/configuration.js';
import type { JobRunner } from '../platform/jobs/job-runner.js';
import { AccountLedger } from './account-ledger.js';
import { Attempts } from './attempts.js';
import { IdentityUpkeep } from './identity-upkeep.js';
import { KnownDevices } from './known-devices.js';
import { NewAccounts } from './new-accounts.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordLinks } from './password-links.js';
import { PeopleLedger } from './people-ledger.js';
import { PeopleService } from './people.service.js';
import { SessionLedger } from './session-ledger.js';
import { SetUp } from './set-up.js';
import { SignInService, type Browser } from './sign-in.service.js';

const PASSWORD = 'a walrus in the kitchen';
const TOKEN = 'a-token-of-thirty-two-characters';
const HOME: Browser = { address: '192.0.2.1', userAgent: 'Firefox', device: null };

/** One server's part in people; several share a database. */
function server(database: DataSource) {
  const accounts = new AccountLedger(database, new NewAccounts());
  const configuration = parseConfiguration({ DATABASE_URL: 'postgresql://x', STOWAGE_ADMIN_TOKEN: TOKEN });
  const sessions = new SessionLedger(database, configuration);
  const devices = new KnownDevices(database);
  const attempts = new Attempts(database);
  const hasher = new PasswordHasher();
  const signIns = new SignInService(database, accounts, sessions, devices, attempts, hasher);
  const setUp = new SetUp(database, accounts, hasher);
  const jobs = { register: () => undefined } as Pick<JobRunner, 'register'> as JobRunner;
  const links = new PasswordLinks(database, accounts, sessions, hasher);
  const people = new PeopleService(database, accounts, new PeopleLedger(database), links, sessions);
  const upkeep = new IdentityUpkeep(sessions, devices, attempts, links, database, jobs);
  return { links, people, sessions, hasher, signIns, setUp, upkeep };
}

let database: DataSource;
let here: ReturnType<typeof server>;

beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database.destroy());

beforeEach(async () => {
  await database.query('TRUNCATE accounts, set_up_links, sign_in_attempts CASCADE');
  here = server(database);
  const token = (await here.setUp.offerLink()) ?? '';
  await here.setUp.use({ token, name: 'Maria', password: PASSWORD }, (manager, account) =>
    here.signIns.begin(manager, account, HOME),
  );
});

const count = async (table: string) => (await database.query<unknown[]>(`SELECT 1 FROM ${table}`)).length;

async function outcome(name: string, password: string, browser: Partial<Browser> = {}): Promise<string> {
  return here.signIns.signIn({ name, password }, { ...HOME, ...browser }).then(
    () => 'in',
    (error: unknown) => (error as { code: string }).code,
  );
}

/** How many wrong passwords are looked at before one is not, from addresses that follow each other. */
async function guesses(address: (guess: number) => string, names: (guess: number) => string): Promise<number> {
  for (let guess = 0; guess < 100; guess++) {
    const said = await outcome(names(guess), 'wrong', { address: address(guess) });
    if (said === 'too-many-attempts') return guess;
    expect(said).toBe('sign-in-failed');
  }
  return 100;
}

describe('guesses of strangers', () => {
  const sameName = () => 'Maria';
  const otherNames = (guess: number) => `name ${guess}`;

  it('at one account are counted, from wherever they come and however its name is written', async () => {
    const names = (guess: number) => (guess % 2 === 0 ? 'MARIA' : 'maria');
    expect(await guesses((guess) => `198.51.100.${guess}`, names)).toBe(20);
  });

  it('at a name that nobody has are counted the same', async () => {
    expect(
      await guesses(
        (guess) => `198.51.100.${guess}`,
        () => 'Nobody',
      ),
    ).toBe(20);
  });

  it('from one address are counted, at whichever account', async () => {
    expect(await guesses(() => '198.51.100.7', otherNames)).toBe(40);
    expect(await outcome('Maria', PASSWORD, { address: '198.51.100.8' })).toBe('in');
  });

  it.each([
    ['2001:db8:1:2::', (guess: number) => `2001:db8:1:2::${guess.toString(16)}`, 40],
    ['2001:db8:1:2:0:…', (guess: number) => (guess % 2 === 0 ? `2001:DB8:1:2:0:0:0:${guess}` : `2001:db8:1:2::9`), 40],
    ['::1 and its like', (guess: number) => (guess % 2 === 0 ? '::1' : '0:0:0:0:5::'), 40],
    ['many networks', (guess: number) => `2001:db8:1:${guess}::1`, 100],
    ['mapped addresses, one each', (guess: number) => `::ffff:198.51.100.${guess}`, 100],
  ])('of IPv6 are counted by network: %s', async (_, address, looked) => {
    expect(await guesses(address, otherNames)).toBe(looked);
  });

  it('leave the one who has signed in here before alone', async () => {
    const { device } = await here.signIns.signIn({ name: 'Maria', password: PASSWORD }, HOME);
    expect(await guesses((guess) => `198.51.100.${guess}`, sameName)).toBe(20);
    expect(await outcome('Maria', PASSWORD)).toBe('too-many-attempts');
    expect(await outcome('Maria', 'wrong', { device })).toBe('sign-in-failed');
    expect(await outcome('Maria', PASSWORD, { device })).toBe('in');
    // The secret was spent: another has taken its place.
    expect(await outcome('Maria', PASSWORD, { device })).toBe('too-many-attempts');
  });

  it('are not helped by a device that another account is known on, or that was forgotten', async () => {
    const { device } = await here.signIns.signIn({ name: 'Maria', password: PASSWORD }, HOME);
    expect(await guesses((guess) => `198.51.100.${guess}`, sameName)).toBe(20);
    expect(await outcome('Nobody', PASSWORD, { device })).toBe('sign-in-failed');
    await database.query(`UPDATE known_devices SET last_used_at = now() - interval '366 days'`);
    expect(await outcome('Maria', PASSWORD, { device })).toBe('too-many-attempts');
  });

  it('take as long for a name that nobody has', async () => {
    const times = { Maria: [] as number[], Nobody: [] as number[] };
    for (let round = 0; round < 15; round++) {
      for (const name of ['Maria', 'Nobody'] as const) {
        const since = performance.now();
        await outcome(name, 'wrong', { address: `198.51.100.${round}` });
        times[name].push(performance.now() - since);
      }
    }
    const median = (all: number[]) => all.sort((a, b) => a - b)[7] ?? 0;
    // Without the decoy it would be a tenth.
    expect(median(times.Nobody) / median(times.Maria)).toBeGreaterThan(0.5);
  });
});

describe('a password that two change at once', () => {
  it('is one of the two, and the other hears that it was wrong', async () => {
    const { account } = await here.signIns.signIn({ name: 'Maria', password: PASSWORD }, HOME);
    const wanted = ['three blind mice run', 'four deaf cats sit'];
    const all = await Promise.allSettled(
      wanted.map((password) => here.signIns.changePassword(account, { current: PASSWORD, password }, HOME)),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = all.findIndex(({ status }) => status === 'fulfilled');
    expect(await outcome('Maria', wanted[winner] ?? '')).toBe('in');
    expect(await outcome('Maria', wanted[1 - winner] ?? '')).toBe('sign-in-failed');
  });
});

describe('a password that is changed while somebody signs in by the old one', () => {
  it('lets nobody in by it', async () => {
    const { account } = await here.signIns.signIn({ name: 'Maria', password: PASSWORD }, HOME);
    const real = here.hasher.matches.bind(here.hasher);
    here.hasher.matches = async (...looked) => {
      const right = await real(...looked);
      here.hasher.matches = real;
      await here.signIns.changePassword(account, { current: PASSWORD, password: 'three blind mice run' }, HOME);
      return right;
    };
    expect(await outcome('Maria', PASSWORD)).toBe('sign-in-failed');
    expect(await count('sessions')).toBe(1);
  });
});

describe('a server that another one has set up', () => {
  it('learns of it soon', async () => {
    await database.query('TRUNCATE accounts CASCADE');
    const [one, other] = [server(database), server(database)];
    expect(await other.setUp.isDone()).toBe(false);
    const token = (await one.setUp.offerLink()) ?? '';
    await one.setUp.use({ token, name: 'Maria', password: PASSWORD }, () => Promise.resolve());
    expect(await one.setUp.isDone()).toBe(true);
    while (!(await other.setUp.isDone())) await pause(10);
    expect(await other.setUp.offerLink()).toBeNull();
  });

  it('goes by what it knew while the database is away', async () => {
    const away = { query: () => Promise.reject(new Error('away')) } as unknown as DataSource['manager'];
    const accounts = new AccountLedger({ manager: away } as DataSource, new NewAccounts());
    const setUp = new SetUp(database, accounts, new PasswordHasher());
    expect(await setUp.isDone()).toBe(false);
    await expect(setUp.offerLink()).rejects.toThrow('away');
  });
});

describe('upkeep', () => {
  it('keeps what is in use', async () => {
    await here.upkeep.run();
    expect([await count('sessions'), await count('known_devices')]).toEqual([1, 1]);
  });

  it.each([
    ['sessions', `last_used_at = now() - interval '31 minutes'`],
    ['sessions', `created_at = now() - interval '13 hours'`],
    ['known_devices', `last_used_at = now() - interval '366 days'`],
  ])('removes from %s where %s', async (table, change) => {
    await database.query(`UPDATE ${table} SET ${change}`);
    await here.upkeep.run();
    expect(await count(table)).toBe(0);
  });

  it('removes links for a password that are over', async () => {
    const { account } = await here.people.invite({ name: 'Adam', role: 'member' });
    await here.people.invite({ name: 'Berta', role: 'member' });
    await database.query(`UPDATE password_links SET expires_at = now() - interval '1 second' WHERE account_id = $1`, [
      account.id,
    ]);
    await here.upkeep.run();
    expect(await count('password_links')).toBe(1);
  });

  it('removes links that are over', async () => {
    await database.query(
      `INSERT INTO set_up_links VALUES ('\\x00', now() - interval '1 second'), ('\\x01', now() + interval '1 hour')`,
    );
    await here.upkeep.run();
    expect(await count('set_up_links')).toBe(1);
  });
});

describe('a session', () => {
  it('keeps what a browser says of itself, within measure', async () => {
    const userAgent = `a\0${'b'.repeat(5000)}`;
    await here.signIns.signIn({ name: 'Maria', password: PASSWORD }, { ...HOME, userAgent });
    const [row] = await database.query<{ user_agent: string }[]>(
      'SELECT user_agent FROM sessions ORDER BY created_at DESC LIMIT 1',
    );
    expect(row?.user_agent).toBe(`a${'b'.repeat(255)}`);
  });

  it('of the token is known only while it is the token', async () => {
    const { secret } = await here.sessions.begin(database.manager, { token: TOKEN }, HOME);
    expect(await here.sessions.principal(secret)).toMatchObject({ access: 'token' });
    const other = await here.sessions.begin(database.manager, { token: 'another one' }, HOME);
    expect(await here.sessions.principal(other.secret)).toBeNull();
  });
});
