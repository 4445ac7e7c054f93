import { describe, expect, it } from '@jest/globals';
import { parseConfiguration, ConfigurationFault } from './configuration.js';

const DATABASE_URL = 'postgresql://stowage:secret@127.0.0.1:5432/stowage';
const TOKEN = 't'.repeat(32);

const parse = (environment: Readonly<Record<string, string | undefined>> = {}) =>
  parseConfiguration({ DATABASE_URL, ...environment });

/** Names of the variables found at fault. */
function faultsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  try {
    parse(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error;
    return error.message.split('\n').map((line) => line.split(' ')[0] ?? '');
  }
}

describe('a configuration', () => {
  it('has a default for everything but the database', () => {
    expect(parse()).toEqual({
      server: { port: 3000, host: '127.0.0.1', idleTimeoutMs: 30_000, minRate: 1024, drainDelayMs: 0 },
      database: { url: DATABASE_URL },
      storage: {
        dataDir: './data',
        scrubDays: 30,
        adoptVolume: null,
        reserve: { freeBytes: 256 * 1024 ** 2, freeInodes: 1000 },
      },
      access: {
        ...{ adminToken: null, mayBeOpen: true, sessionIdleSeconds: 1_800, sessionSeconds: 43_200 },
        ...{ publicUrl: null, trustedProxies: [], origins: [], frameAncestors: [] },
      },
      limits: {
        maxFileSize: 16 * 1024 ** 4,
        maxChunkSize: 1024 ** 3,
        maxChunks: 1_000_000,
        maxChunkRequests: 64,
        maxOpenUploads: 100_000,
        quota: null,
        trashDays: 30,
        expireAfterSeconds: 604_800,
      },
      logLevel: 'info',
    });
  });

  it('takes an empty variable for one that is not set', () => {
    const empty = Object.fromEntries(
      ['PORT', 'HOST', 'STOWAGE_ADMIN_TOKEN', 'STOWAGE_PUBLIC_URL', 'STOWAGE_ORIGINS', 'LOG_LEVEL'].map((name) => [
        name,
        '',
      ]),
    );
    expect(parse(empty)).toEqual(parse());
    expect(faultsOf({ DATABASE_URL: '' })).toEqual(['DATABASE_URL']);
  });

  it('ignores variables that are not its own', () => {
    expect(parse({ PATH: '/bin', STOWAGE_SOMETHING: 'x' })).toEqual(parse());
  });

  it('is frozen', () => {
    const configuration = parse();
    const slices: unknown[] = Object.values(configuration);
    for (const slice of [configuration, ...slices]) expect(Object.isFrozen(slice)).toBe(true);
  });

  it('reads every setting', () => {
    expect(
      parse({
        PORT: '0',
        HOST: '0.0.0.0',
        STOWAGE_ADMIN_TOKEN: TOKEN,
        STOWAGE_SESSION_IDLE: '3600',
        STOWAGE_SESSION_LENGTH: '86400',
        STOWAGE_DATA_DIR: '/srv/stowage',
        STOWAGE_ADOPT_VOLUME: 'unnamed',
        STOWAGE_MIN_FREE_BYTES: '1073741824',
        STOWAGE_MIN_FREE_INODES: '5',
        STOWAGE_PUBLIC_URL: 'https://files.example.org',
        STOWAGE_TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16,fd00::/8',
        STOWAGE_ORIGINS: ' https://a.example , http://b.example:8080,',
        STOWAGE_FRAME_ANCESTORS: 'https://portal.example',
        STOWAGE_MAX_FILE_SIZE: '1000',
        STOWAGE_MAX_CHUNK_SIZE: '100',
        STOWAGE_MAX_CHUNK_REQUESTS: '2',
        STOWAGE_MAX_OPEN_UPLOADS: '7',
        STOWAGE_QUOTA: '5000',
        STOWAGE_TRASH_DAYS: '7',
        STOWAGE_EXPIRE_AFTER: '86400',
        STOWAGE_IDLE_TIMEOUT: '5',
        STOWAGE_SCRUB_DAYS: '0',
        STOWAGE_MIN_RATE: '0',
        STOWAGE_DRAIN_DELAY: '3',
        LOG_LEVEL: 'debug',
      }),
    ).toEqual({
      server: { port: 0, host: '0.0.0.0', idleTimeoutMs: 5_000, minRate: 0, drainDelayMs: 3_000 },
      database: { url: DATABASE_URL },
      storage: {
        dataDir: '/srv/stowage',
        scrubDays: 0,
        adoptVolume: 'unnamed',
        reserve: { freeBytes: 1024 ** 3, freeInodes: 5 },
      },
      access: {
        adminToken: TOKEN,
        mayBeOpen: false,
        sessionIdleSeconds: 3_600,
        sessionSeconds: 86_400,
        publicUrl: 'https://files.example.org',
        trustedProxies: ['10.0.0.1', '192.168.0.0/16', 'fd00::/8'],
        origins: ['https://a.example', 'http://b.example:8080'],
        frameAncestors: ['https://portal.example'],
      },
      limits: {
        maxFileSize: 1000,
        maxChunkSize: 100,
        maxChunks: 1_000_000,
        maxChunkRequests: 2,
        maxOpenUploads: 7,
        quota: 5_000,
        trashDays: 7,
        expireAfterSeconds: 86_400,
      },
      logLevel: 'debug',
    });
  });
});

describe('a faulty configuration', () => {
  it('tells all its faults at once', () => {
    expect(
      faultsOf({
        DATABASE_URL: 'mysql://localhost/x',
        PORT: '70000',
        STOWAGE_ADMIN_TOKEN: 'short',
        STOWAGE_PUBLIC_URL: 'https://example.org/path',
        STOWAGE_TRUSTED_PROXIES: 'proxy',
        STOWAGE_ORIGINS: 'example.org',
        STOWAGE_FRAME_ANCESTORS: '*',
        STOWAGE_MAX_FILE_SIZE: '-1',
        STOWAGE_MAX_CHUNK_SIZE: '0',
        STOWAGE_MAX_CHUNK_REQUESTS: 'many',
        STOWAGE_IDLE_TIMEOUT: '1.5',
        STOWAGE_SCRUB_DAYS: '366',
        STOWAGE_MIN_RATE: '-1',
        STOWAGE_DRAIN_DELAY: '16',
        LOG_LEVEL: 'loud',
      }).sort(),
    ).toEqual([
      'DATABASE_URL',
      'LOG_LEVEL',
      'PORT',
      'STOWAGE_ADMIN_TOKEN',
      'STOWAGE_DRAIN_DELAY',
      'STOWAGE_FRAME_ANCESTORS',
      'STOWAGE_IDLE_TIMEOUT',
      'STOWAGE_MAX_CHUNK_REQUESTS',
      'STOWAGE_MAX_CHUNK_SIZE',
      'STOWAGE_MAX_FILE_SIZE',
      'STOWAGE_MIN_RATE',
      'STOWAGE_ORIGINS',
      'STOWAGE_PUBLIC_URL',
      'STOWAGE_SCRUB_DAYS',
      'STOWAGE_TRUSTED_PROXIES',
    ]);
  });

  it('says what a missing database is', () => {
    expect(() => parseConfiguration({})).toThrow(/DATABASE_URL is needed: the URL of a PostgreSQL database/u);
  });

  it('never repeats a secret', () => {
    const secret = 'hunter2';
    expect(() => parse({ STOWAGE_ADMIN_TOKEN: secret, DATABASE_URL: `mysql://u:${secret}@h/d` })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) }),
    );
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.org', '127.0.0.2'])('lets nobody in unasked on %s', (HOST) => {
    expect(parse({ HOST })).toMatchObject({ server: { host: HOST }, access: { mayBeOpen: false } });
  });

  it.each(['127.0.0.1', '::1', 'localhost'])(
    'lets this machine in on %s, as long as nobody else is meant to get in',
    (HOST) => {
      expect(parse({ HOST }).access.mayBeOpen).toBe(true);
      for (const forOthers of [
        { STOWAGE_ADMIN_TOKEN: TOKEN },
        { STOWAGE_PUBLIC_URL: 'https://files.example.org' },
        { STOWAGE_TRUSTED_PROXIES: '127.0.0.1' },
      ]) {
        expect(parse({ HOST, ...forOthers }).access.mayBeOpen).toBe(false);
      }
    },
  );

  it.each([
    ['PORT', ['-1', '65536', '3000.5', 'x', 'Infinity', 'NaN']],
    ['STOWAGE_MAX_FILE_SIZE', ['0', String(16 * 1024 ** 4 + 1), '1.5']],
    ['STOWAGE_MAX_CHUNK_SIZE', ['0', String(1024 ** 3 + 1)]],
    ['STOWAGE_ADMIN_TOKEN', ['t'.repeat(31), `${'t'.repeat(32)} x`, `${'t'.repeat(32)}\n`, 'ü'.repeat(32)]],
    [
      'STOWAGE_PUBLIC_URL',
      ['example.org', 'ftp://a', 'https://a/', 'https://a/b', 'https://A', 'https://a?x', 'https://u@a'],
    ],
    ['STOWAGE_ORIGINS', ['*', 'null', 'https://a/', 'https://a,b', 'javascript:x']],
    ['STOWAGE_FRAME_ANCESTORS', ['*', 'none', 'https:', 'https://a/', "https://a; script-src 'unsafe-inline'"]],
    ['STOWAGE_TRUSTED_PROXIES', ['host', '10.0.0.0/33', '10.0.0.0/8/8', 'fd00::/129', '10.0.0.0/', '10.0.0', 'all']],
    ['STOWAGE_SESSION_IDLE', ['59', '1e9', 'x']],
    ['STOWAGE_SESSION_LENGTH', ['0', '-1']],
    ['LOG_LEVEL', ['INFO', 'trace']],
  ])('refuses for %s: %j', (name, values) => {
    for (const value of values) expect(faultsOf({ [name]: value })).toEqual([name]);
  });
});
