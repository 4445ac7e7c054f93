import { isIP } from 'node:net';
import { z } from 'zod';
import { StartFault } from '../start-fault.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const TIB = 1024 * GIB;
/** Nothing larger can be told in JSON without rounding. */
const MAX_QUOTA = Number.MAX_SAFE_INTEGER;
/** Seconds. */
const DAY = 24 * 60 * 60;

/** Names that only this machine answers to. */
const LOOPBACK_HOSTS = new Set(['127.0.0.1', '::1', 'localhost']);

const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

/** An http(s) origin: no path, query or fragment. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/u.test(new URL(text).protocol) && new URL(text).origin === text;
}

/** An IP address, or a range of them in CIDR notation. */
function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  return (
    version !== 0 &&
    rest.length === 0 &&
    (prefix === undefined || (/^\d{1,3}$/u.test(prefix) && Number(prefix) <= bits))
  );
}

/** Every setting, by its name in the environment: type, default, and what it does. */
export const configurationSchema = z.object({
  PORT: integer(0, 65_535).default(3000).describe('TCP port to listen on; 0 takes any free one.'),
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. On another than a loopback one nobody is let in before the server is set up.'),
  DATABASE_URL: z
    .string({ error: 'is needed: the URL of a PostgreSQL database (npm start brings its own)' })
    .regex(/^postgres(ql)?:\/\//u, 'must begin with postgres://')
    .describe('PostgreSQL to use. Unset, `npm start` runs an embedded one.'),
  STOWAGE_DATA_DIR: z.string().min(1).default('./data').describe('Folder for the bytes of uploads and files.'),
  STOWAGE_ADOPT_VOLUME: z
    .string()
    .min(1)
    .optional()
    .describe('Id of a volume, from the sentence that refuses the data folder: use that folder all the same.'),
  STOWAGE_MIN_FREE_BYTES: integer(0, 16 * TIB)
    .default(256 * MIB)
    .describe('Bytes that stay free on the disk of the data folder: with less, no more bytes are taken.'),
  STOWAGE_MIN_FREE_INODES: integer(0, 1_000_000_000)
    .default(1000)
    .describe('The same for inodes, where the file system counts them.'),
  STOWAGE_ADMIN_TOKEN: z
    .string()
    .min(32, 'must have 32 characters or more')
    .regex(/^[\x21-\x7e]*$/u, 'must be ASCII characters without blanks, since a header carries it')
    .optional()
    .describe('Access token for programs, which may do everything. Unset, only people with accounts are let in.'),
  STOWAGE_SESSION_IDLE: integer(60, 366 * DAY)
    .default(30 * 60)
    .describe('Seconds without a request after which a browser is signed out.'),
  STOWAGE_SESSION_LENGTH: integer(60, 366 * DAY)
    .default(12 * 60 * 60)
    .describe('Seconds after which a browser is signed out in any case.'),
  STOWAGE_PUBLIC_URL: z
    .string()
    .refine(isOrigin, 'must be an origin such as https://files.example.org, without a path')
    .optional()
    .describe('Origin under which people reach the server, if it stands behind a proxy.'),
  STOWAGE_TRUSTED_PROXIES: list
    .refine(
      (ranges) => ranges.every(isAddressRange),
      'must be a comma-separated list of addresses such as 10.0.0.1 or 10.0.0.0/8',
    )
    .describe('Addresses or CIDR ranges of proxies whose forwarded headers are believed.'),
  STOWAGE_ORIGINS: list
    .refine(
      (origins) => origins.every(isOrigin),
      'must be a comma-separated list of origins such as https://app.example.org',
    )
    .describe('Other web origins whose pages may call this server.'),
  STOWAGE_FRAME_ANCESTORS: list
    .refine(
      (origins) => origins.every(isOrigin),
      'must be a comma-separated list of origins such as https://portal.example.org',
    )
    .describe('Origins whose pages may show this server’s page in a frame.'),
  STOWAGE_MAX_FILE_SIZE: integer(1, 16 * TIB)
    .default(16 * TIB)
    .describe('Largest file, in bytes.'),
  STOWAGE_MAX_CHUNK_SIZE: integer(1, GIB).default(GIB).describe('Largest chunk, in bytes.'),
  STOWAGE_MAX_CHUNK_REQUESTS: integer(1, 10_000)
    .default(64)
    .describe('Requests whose bytes are received at once; the next ones wait for a slot.'),
  STOWAGE_MAX_OPEN_UPLOADS: integer(1, 10_000_000)
    .default(100_000)
    .describe('Uploads that one owner can have unfinished at once.'),
  STOWAGE_QUOTA: integer(0, MAX_QUOTA)
    .default(0)
    .describe('Bytes that files and unfinished uploads can have in all; 0: any number.'),
  STOWAGE_EXPIRE_AFTER: integer(1, 366 * DAY)
    .default(7 * DAY)
    .describe('Seconds without a byte after which an unfinished upload is removed.'),
  STOWAGE_TRASH_DAYS: integer(0, 3650)
    .default(30)
    .describe('Days in the trash after which files and folders are removed for good. 0: never.'),
  STOWAGE_IDLE_TIMEOUT: integer(1, 3600)
    .default(30)
    .describe('Seconds without a byte after which a request body, or the reader of an answer, is given up.'),
  STOWAGE_MIN_RATE: integer(0, GIB)
    .default(1024)
    .describe('Bytes a second that a body must bring; it may fall behind by the idle timeout. 0: any.'),
  STOWAGE_DRAIN_DELAY: integer(0, 15)
    .default(0)
    .describe('Seconds that requests are still taken after a stop was asked for, while /readyz says no.'),
  STOWAGE_SCRUB_DAYS: integer(0, 365)
    .default(30)
    .describe('Days within which all stored bytes are read and compared with their digests. 0: never.'),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info').describe('Least important log line written.'),
});

/** The validated configuration, cut into the slices that its readers need. Frozen. */
export interface Configuration {
  readonly server: ServerConfiguration;
  readonly database: { readonly url: string };
  readonly storage: StorageConfiguration;
  readonly access: AccessConfiguration;
  readonly limits: LimitsConfiguration;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

/** Where the server listens, and what it expects of connections. */
export interface ServerConfiguration {
  readonly port: number;
  readonly host: string;
  /** Milliseconds without a byte after which a body, or the reader of an answer, is given up. */
  readonly idleTimeoutMs: number;
  /** Bytes a second that a body must bring on average; 0: any. */
  readonly minRate: number;
  /** Milliseconds between the end of readiness and the end of listening. */
  readonly drainDelayMs: number;
}

/** Where bytes go, and what has to stay free there. */
export interface StorageConfiguration {
  readonly dataDir: string;
  /** Days within which all stored bytes are read again; 0: never. */
  readonly scrubDays: number;
  /** Names the one refusal of the data folder that the operator has overruled. */
  readonly adoptVolume: string | null;
  readonly reserve: { readonly freeBytes: number; readonly freeInodes: number };
}

/** Who may in. */
export interface AccessConfiguration {
  readonly adminToken: string | null;
  /** True when only this machine can reach the server, so that it may be let in until there is an account. */
  readonly mayBeOpen: boolean;
  /** Of a browser, without a request. */
  readonly sessionIdleSeconds: number;
  /** Of a browser, in any case. */
  readonly sessionSeconds: number;
  /** Origin under which people reach the server; null: whatever Host they used. */
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  readonly origins: readonly string[];
  /** Origins whose pages may have the portal in a frame. */
  readonly frameAncestors: readonly string[];
}

/** Sizes in bytes. */
export interface LimitsConfiguration {
  readonly maxFileSize: number;
  readonly maxChunkSize: number;
  readonly maxChunks: number;
  readonly maxChunkRequests: number;
  /** Uploads of one owner that have not ended. */
  readonly maxOpenUploads: number;
  /** Of all files and unfinished uploads together; null: any number. */
  readonly quota: number | null;
  /** Seconds without a byte after which an unfinished upload is given up. */
  readonly expireAfterSeconds: number;
  /** Days in the trash after which an entry is removed for good; 0: never. */
  readonly trashDays: number;
}

/** All faults of a configuration at once; the message names each variable and the fix, one a line. */
export class ConfigurationFault extends StartFault {
  override readonly name = 'ConfigurationFault';
}

/** With a token, an address for others or a proxy, others than this machine are meant to get in: never unasked. */
function isForThisMachine(values: z.output<typeof configurationSchema>): boolean {
  return (
    values.STOWAGE_ADMIN_TOKEN === undefined &&
    values.STOWAGE_PUBLIC_URL === undefined &&
    values.STOWAGE_TRUSTED_PROXIES.length === 0 &&
    LOOPBACK_HOSTS.has(values.HOST)
  );
}

/** Chunks that one file can have: more rows make no transfer better, and the gap query slow. */
const MAX_CHUNKS = 1_000_000;

/**
 * Validates the environment.
 * @throws ConfigurationFault naming every variable that has no valid value
 */
export function parseConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  // An empty variable is what `FOO= npm start` and compose files leave behind: it counts as unset.
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = configurationSchema.safeParse(set);
  if (!parsed.success) {
    throw new ConfigurationFault(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`).join('\n'),
    );
  }
  const values = parsed.data;
  return Object.freeze({
    server: Object.freeze({
      port: values.PORT,
      host: values.HOST,
      idleTimeoutMs: values.STOWAGE_IDLE_TIMEOUT * 1000,
      minRate: values.STOWAGE_MIN_RATE,
      drainDelayMs: values.STOWAGE_DRAIN_DELAY * 1000,
    }),
    database: Object.freeze({ url: values.DATABASE_URL }),
    storage: Object.freeze({
      dataDir: values.STOWAGE_DATA_DIR,
      scrubDays: values.STOWAGE_SCRUB_DAYS,
      adoptVolume: values.STOWAGE_ADOPT_VOLUME ?? null,
      reserve: Object.freeze({
        freeBytes: values.STOWAGE_MIN_FREE_BYTES,
        freeInodes: values.STOWAGE_MIN_FREE_INODES,
      }),
    }),
    access: Object.freeze({
      adminToken: values.STOWAGE_ADMIN_TOKEN ?? null,
      mayBeOpen: isForThisMachine(values),
      sessionIdleSeconds: values.STOWAGE_SESSION_IDLE,
      sessionSeconds: values.STOWAGE_SESSION_LENGTH,
      publicUrl: values.STOWAGE_PUBLIC_URL ?? null,
      trustedProxies: values.STOWAGE_TRUSTED_PROXIES,
      origins: values.STOWAGE_ORIGINS,
      frameAncestors: values.STOWAGE_FRAME_ANCESTORS,
    }),
    limits: Object.freeze({
      maxFileSize: values.STOWAGE_MAX_FILE_SIZE,
      maxChunkSize: values.STOWAGE_MAX_CHUNK_SIZE,
      maxChunks: MAX_CHUNKS,
      maxChunkRequests: values.STOWAGE_MAX_CHUNK_REQUESTS,
      maxOpenUploads: values.STOWAGE_MAX_OPEN_UPLOADS,
      quota: values.STOWAGE_QUOTA === 0 ? null : values.STOWAGE_QUOTA,
      expireAfterSeconds: values.STOWAGE_EXPIRE_AFTER,
      trashDays: values.STOWAGE_TRASH_DAYS,
    }),
    logLevel: values.LOG_LEVEL,
  });
}
