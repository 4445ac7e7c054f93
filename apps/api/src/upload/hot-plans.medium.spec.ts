import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UploadResult, UploadState } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { hasPlan, rowsRead, sent, shapeOf } from '../../test/explain.js';
import { comparePlans, statementsOf, type Action } from '../../test/golden-plans.js';
import { AMOUNTS, fill, idOf, LONG_CHUNK, LONG_UPLOAD } from '../../test/large-database.js';
import { clientFile, open, sendAll } from '../../test/sending.js';
import { BlobHealth } from '../blobs/blob-health.js';
import { BlobLedger } from '../blobs/blob-ledger.js';
import { SessionLedger } from '../identity/session-ledger.js';
import { membershipsOf } from '../identity/principal.js';
import { parseConfiguration } from '../platform/config/configuration.js';
import { newId } from '../platform/database/ids.js';
import { parseCursor } from '../platform/http/cursor.js';
import { MemberLedger } from '../spaces/member-ledger.js';
import { SpaceLedger } from '../spaces/space-ledger.js';
import { ALL_UPLOADS, type UploadFilter } from './upload-filter.js';
import type { UploadListing } from './upload-listing.js';
import { UpkeepLedger } from './upkeep-ledger.js';

/* Real: PostgreSQL, with as many rows as a server has after years, and the disk. */

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
  await fill(engine.database, AMOUNTS);
}, 600_000);

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

/** As {@link Action}, on the engine that is there by then. */
interface EngineAction extends Omit<Action, 'run'> {
  readonly run: (engine: Engine) => Promise<unknown>;
}

const MIDDLE = (AMOUNTS.chunks / 2) * LONG_CHUNK;
const TAIL = AMOUNTS.chunks * LONG_CHUNK;

async function record({ chunkLedger }: Engine, start: number, append: boolean): Promise<void> {
  const token = newId();
  await chunkLedger.claim(LONG_UPLOAD, token, start, append ? null : start + LONG_CHUNK, start + LONG_CHUNK);
  const options = { digest: null, release: true, endsUpload: false, extends: append };
  const progress = await chunkLedger.record(LONG_UPLOAD, token, [{ start, length: LONG_CHUNK }], options);
  if (progress === null) throw new Error('Nothing was recorded.');
}

/** Two pages of a list, the second from a cursor. */
async function list({ listing }: Engine, states: readonly UploadState[], clientKey: string | null = null) {
  await pagesOf(listing, { ...ALL_UPLOADS, owners: ['built-in'], states, clientKey });
}

async function pagesOf(listing: UploadListing, filter: UploadFilter): Promise<void> {
  const { next } = await listing.page(filter, 50, null);
  if (next !== null) await listing.page(filter, 50, parseCursor(next));
}

async function listFiles({ files, spaceId }: Engine): Promise<void> {
  const { next } = await files.page([spaceId], 50, null);
  await files.page([spaceId], 50, parseCursor(next ?? ''));
}

/** With everything that follows the answer. */
async function complete(engine: Engine, made: Parameters<typeof clientFile>[0] = {}): Promise<UploadResult> {
  const result = await sendAll(engine, clientFile(made));
  await engine.completion.settled(result.upload.id, 60_000);
  return result;
}

const upkeep = ({ database }: Engine) => new UpkeepLedger(database);

const UPLOADING: readonly EngineAction[] = [
  { name: 'a chunk among very many', run: (engine) => record(engine, MIDDLE, false) },
  { name: 'an append behind very many chunks', run: (engine) => record(engine, TAIL, true) },
  { name: 'a lease given back', run: ({ chunkLedger }) => chunkLedger.release('none') },
  { name: 'leases renewed', run: ({ chunkLedger }) => chunkLedger.renew(['none']) },
  { name: 'a page of ranges', run: ({ chunkLedger }) => chunkLedger.rangesFrom(LONG_UPLOAD, MIDDLE, 1_000) },
  { name: 'the status of an upload', run: ({ uploads }) => uploads.status(idOf('open', 1)) },
  { name: 'the status of a finished upload', run: ({ uploads }) => uploads.status(idOf('ended', 1)) },
  { name: 'an upload from its beginning to its file', run: (engine) => complete(engine, { path: 'a/b' }) },
  {
    name: 'an upload that is extended and removed',
    run: async (engine) => {
      const { id } = await open(engine, clientFile());
      await engine.changes.extend(id);
      await engine.uploads.cancel(id);
    },
  },
  {
    name: 'a file that is deleted',
    run: async (engine) => {
      const { file } = await complete(engine);
      await engine.remover.delete(file?.id ?? '');
      await engine.collector.beforeApplicationShutdown();
    },
  },
];

const UNFINISHED = { states: ['receiving', 'completing'] } as const;
const WRONG = { states: ['failed', 'cancelled', 'expired'] } as const;

const LISTS: readonly EngineAction[] = [
  { name: 'the list of all uploads', run: (engine) => list(engine, []) },
  { name: 'the list of unfinished uploads', run: (engine) => list(engine, ['receiving', 'completing']) },
  { name: 'the list of uploads of a rare state', run: (engine) => list(engine, ['completing']) },
  { name: 'the list of uploads that went wrong', run: (engine) => list(engine, ['failed', 'cancelled', 'expired']) },
  { name: 'the upload of a key', run: (engine) => list(engine, [], idOf('ended', 7)) },
  {
    name: 'the upload of a key in some states',
    run: (engine) => list(engine, ['receiving', 'complete'], idOf('open', 7)),
  },
  {
    name: 'the list of unfinished uploads into a space',
    run: ({ listing, spaceId }) => pagesOf(listing, { ...ALL_UPLOADS, ...UNFINISHED, spaces: [spaceId] }),
  },
  {
    name: 'the list of what went wrong in a space',
    run: ({ listing, spaceId }) => pagesOf(listing, { ...ALL_UPLOADS, ...WRONG, spaces: [spaceId] }),
  },
  {
    name: 'the list of all unfinished uploads',
    run: ({ listing }) => pagesOf(listing, { ...ALL_UPLOADS, ...UNFINISHED }),
  },
  {
    name: 'the list of all that went wrong',
    run: ({ listing }) => pagesOf(listing, { ...ALL_UPLOADS, ...WRONG }),
  },
  { name: 'the list of files', run: listFiles },
  { name: 'one file', run: ({ files }) => files.find(idOf('file', 1)) },
];

const who = (database: DataSource) =>
  new SessionLedger(database, parseConfiguration({ DATABASE_URL: 'postgres://unused' })).principal(idOf('person', 7));

const PEOPLE: readonly EngineAction[] = [
  { name: 'who asks', run: ({ database }) => who(database) },
  {
    name: 'the spaces of somebody',
    run: async ({ database }) => {
      const principal = await who(database);
      const roles = (principal === null ? null : membershipsOf(principal))?.roles ?? {};
      await new SpaceLedger(database).pageOfMember(roles, 50, { isPersonal: true, key: '' });
    },
  },
  {
    name: 'all spaces',
    run: ({ database }) => new SpaceLedger(database).page({}, false, 50, { isPersonal: true, key: 'person 2' }),
  },
  { name: 'the spaces of teams', run: ({ database }) => new SpaceLedger(database).page({}, true, 50, null) },
  { name: 'the first space', run: ({ database }) => new SpaceLedger(database).first() },
  { name: 'the members of a space', run: ({ database }) => new MemberLedger(database).page(idOf('team', 7), 50, '') },
  {
    name: 'whether somebody may still upload',
    run: ({ database }) => new MemberLedger(database).mayUpload(database.manager, idOf('person', 7), idOf('space', 7)),
  },
];

const BEHIND: readonly EngineAction[] = [
  {
    name: 'a start',
    run: async ({ ledger, chunkLedger }) => {
      await chunkLedger.releaseAll();
      await ledger.abandonedForms();
      await ledger.wholeButUnsealed();
      await ledger.inState('completing');
    },
  },
  { name: 'dead leases', run: (engine) => upkeep(engine).removeDeadLeases(['held']) },
  { name: 'uploads that expire', run: (engine) => upkeep(engine).expirable(500) },
  { name: 'remains of ended uploads', run: (engine) => upkeep(engine).withRemains(500) },
  { name: 'tombstones that go', run: (engine) => upkeep(engine).removeTombstones(500) },
  {
    name: 'staged bytes without an upload',
    run: (engine) => upkeep(engine).unknown([idOf('open', 1), idOf('ended', 1), 'none']),
  },
  {
    name: 'open uploads compared with their bytes',
    run: async (engine) => {
      await upkeep(engine).openAfter(idOf('open', 2), 500);
      await upkeep(engine).recordedEnd(idOf('open', 1));
    },
  },
  {
    name: 'an upload that expires',
    run: async (engine) => {
      const upload = await engine.uploads.find(idOf('open', 3));
      await engine.ledger.move(engine.database.manager, upload, { to: 'expired' });
    },
  },
  {
    name: 'what a purge of a space would remove',
    run: ({ purge, spaceId }) => purge.purge({ ...ALL_UPLOADS, spaces: [spaceId] }, 3600, true),
  },
  {
    name: 'a purge of what one owner left',
    run: async (engine) => {
      const { id } = await open(engine, clientFile());
      await engine.database.query(`UPDATE uploads SET updated_at = now() - interval '9 days' WHERE id = $1`, [id]);
      const { removed } = await engine.purge.purge({ ...ALL_UPLOADS, owners: ['built-in'] }, 700_000, false);
      expect(removed).toBe(1);
    },
  },
  { name: 'blobs that are collected', run: ({ collector }) => collector.pass(new AbortController().signal) },
  { name: 'the next blob to read again', run: ({ database }) => new BlobHealth(database).due(86_400 * 30) },
  {
    name: 'stored bytes without a row',
    run: ({ database }) => new BlobLedger().unknown(database.manager, [{ spaceId: 'none', sha256: '0'.repeat(64) }]),
  },
  {
    name: 'the audit of the quota',
    run: ({ audit }) => audit.drift(),
    whole: 'a sum over all files; once a day, in the background',
  },
  { name: 'the figures of all spaces', run: ({ quota }) => quota.taken(), whole: 'a sum over all spaces, for metrics' },
  {
    name: 'blobs without a file',
    run: ({ entries }) => entries.unreferencedBlobs(),
    whole: 'compares all with all; once an hour, in the background',
  },
  {
    name: 'figures of the scrub',
    run: async ({ database }) => {
      await new BlobHealth(database).bytes();
      await new BlobHealth(database).damagedCount();
    },
    whole: 'a sum over all contents; once a day, in the background',
  },
];

const bound = ({ run, ...action }: EngineAction): Action => ({ ...action, run: () => run(engine) });

describe('beside very many uploads, chunks and files', () => {
  it('every statement reaches its rows as the golden file says', async () => {
    await comparePlans(engine.database, [...UPLOADING, ...LISTS, ...PEOPLE, ...BEHIND].map(bound), 'plans.txt');
  }, 300_000);

  it.each([...LISTS, ...PEOPLE].map((action) => [action.name, action] as const))(
    '%s reads few rows besides those that it shows',
    async (_, action) => {
      for (const statement of await statementsOf(bound(action))) {
        // A true total counts what it tells; that it does so by an index is in the golden file.
        if (statement.sql.includes('count(*)')) continue;
        // Fifty of each state asked for, each by an index and once more by its id, and their files' folders.
        if (/^\s*SELECT/u.test(statement.sql)) expect(await rowsRead(engine.database, statement)).toBeLessThan(500);
      }
    },
  );

  it('a chunk changes its upload within the page, without touching an index', async () => {
    const updates = async () => {
      // The statistics of a connection reach the others when it ends its next statement; asking for that is a function.
      await engine.database.query('SELECT pg_stat_force_next_flush()').catch(() => undefined);
      const [row] = await engine.database.query<{ all: string; hot: string }[]>(
        `SELECT n_tup_upd AS all, n_tup_hot_upd AS hot FROM pg_stat_user_tables WHERE relname = 'uploads'`,
      );
      return { all: Number(row?.all), hot: Number(row?.hot) };
    };
    const before = await updates();
    for (let index = 1; index <= 200; index++) await record(engine, TAIL + 2 * index * LONG_CHUNK, false);
    let after = await updates();
    while (after.all < before.all + 200) after = await updates();
    expect(after.hot - before.hot).toBeGreaterThanOrEqual((after.all - before.all) * 0.9);
  });

  it('a list and a chunk read few rows also when the statistics know no unfinished upload', async () => {
    const { database } = engine;
    // As after a night without uploads: what PostgreSQL has counted then are only ended ones. Then many begin.
    await database.query(`DELETE FROM uploads WHERE ended_at IS NULL`);
    await database.query(`UPDATE uploads SET state = 'complete'`);
    await database.query('ANALYZE uploads');
    for (let index = 0; index < 600; index++) await open(engine, clientFile());
    const upload = await open(engine, clientFile());
    for (const work of [() => list(engine, ['receiving', 'completing']), () => engine.uploads.status(upload.id)]) {
      for (const statement of (await sent(work)).filter(hasPlan)) {
        if (statement.sql.includes('count(*)')) continue;
        expect(await rowsRead(database, statement)).toBeLessThan(500);
      }
    }
    for (const statement of (await sent(() => engine.uploads.cancel(upload.id))).filter(hasPlan)) {
      expect(await shapeOf(database, statement)).not.toContain('uploads by uploads_by_state');
    }
    const shapes = await Promise.all(
      (await sent(() => sendAll(engine, clientFile()))).filter(hasPlan).map((each) => shapeOf(database, each)),
    );
    expect(new Set(shapes.flat().filter((line) => line.startsWith('uploads ')))).toEqual(
      new Set(['uploads by uploads_owner_client_key_key', 'uploads by uploads_pkey']),
    );
  }, 300_000);
});
