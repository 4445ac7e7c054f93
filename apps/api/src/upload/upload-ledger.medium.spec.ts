import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UploadState } from '@stowage/contract';
import { UPLOAD_STATES } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { connect, migratedDatabase } from '../../test/test-database.js';
import { begun, chunkLedgerOf, ledgerOf, planOf, recorded } from '../../test/upload-plans.js';
import type { ChunkLedger } from './chunk-ledger.js';
import type { Upload } from './entities/upload.entity.js';
import type { UploadLedger } from './upload-ledger.js';
import { isFinal, isRefused, MOVES } from './upload-states.js';

let database: DataSource;
/** A pool of its own, as a second process would have. */
let second: DataSource;
let ledger: UploadLedger;
let chunks: ChunkLedger;
let spaceId: string;

beforeAll(async () => {
  database = await migratedDatabase(20);
  second = await connect((database.options as { url: string }).url, 20);
  ledger = ledgerOf(database);
  chunks = chunkLedgerOf(database);
  spaceId = await firstSpace(database);
});

afterAll(async () => {
  await database.destroy();
  await second.destroy();
});

/** Nothing expires before its time. */
async function timeIsUp(id: string): Promise<void> {
  await database.query(`UPDATE uploads SET expires_at = now() - interval '1 s' WHERE id = $1`, [id]);
}

/** A move as somebody makes it who has just found the upload. */
async function moved(id: string, to: UploadState, manager = database.manager): Promise<boolean> {
  if (to === 'expired') await timeIsUp(id);
  const found = await ledger.find(id);
  return found !== null && (await ledger.move(manager, found, { to })) !== null;
}

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

async function inState(state: UploadState): Promise<Upload> {
  const upload = await begun(ledger, planOf(spaceId));
  if (state === 'receiving') return upload;
  if (state === 'completing' || state === 'complete') {
    await recorded(chunks, upload.id, 0, 60);
    await moved(upload.id, 'completing');
  }
  if (state !== 'completing') await moved(upload.id, state);
  return (await ledger.find(upload.id)) ?? upload;
}

async function stateOf(id: string): Promise<UploadState | undefined> {
  return (await ledger.find(id))?.state;
}

describe('creating an upload', () => {
  it('keeps what the client declared, exactly', async () => {
    const plan = planOf(spaceId, {
      length: 16 * 1024 ** 4,
      chunkSize: 1024 ** 3,
      name: 'Ünï "quoted" 名前.txt',
      path: 'a/b c',
      mediaType: 'text/plain',
      declaredSha256: 'ab'.repeat(32),
    });
    expect(await begun(ledger, plan)).toMatchObject({ ...plan, state: 'receiving', received: 0, reason: null });
  });

  it('makes one row of 16 requests with one key, from two processes', async () => {
    const plan = planOf(spaceId);
    const made = await times(16, (index) => (index % 2 ? ledger : ledgerOf(second)).create(plan, null));
    expect(made.filter((upload) => upload !== null)).toHaveLength(1);
    expect((await ledger.findByKey(plan.owner, plan.clientKey ?? ''))?.id).toBe(made.find((it) => it !== null)?.id);
  });

  it('tells the keys of two owners apart', async () => {
    const plan = planOf(spaceId);
    expect(await ledger.create(plan, null)).not.toBeNull();
    expect(await ledger.create({ ...plan, owner: 'somebody else' }, null)).not.toBeNull();
  });

  it('makes as many uploads without a key as are asked for', async () => {
    const plan = planOf(spaceId, { clientKey: null });
    expect(new Set((await times(3, () => begun(ledger, plan))).map(({ id }) => id)).size).toBe(3);
  });

  it('makes only a tombstone of a refused one', async () => {
    const upload = await ledger.create(planOf(spaceId), 'name-taken');
    expect(upload).toMatchObject({ state: 'failed', reason: 'name-taken' });
    expect(await recorded(chunks, upload?.id ?? '', 0, 10)).toBeNull();
  });
});

describe('sealing', () => {
  it('happens once, however many ask at a time', async () => {
    const upload = await begun(ledger, planOf(spaceId));
    await recorded(chunks, upload.id, 0, 60);
    const sealed = await times(20, (index) =>
      (index % 2 ? database : second).transaction((manager) => ledger.move(manager, upload, { to: 'completing' })),
    );
    expect(sealed.filter((epoch) => epoch !== null)).toEqual([upload.epoch + 1]);
    expect(await stateOf(upload.id)).toBe('completing');
  });

  it('waits for the last byte, and for a length', async () => {
    const short = await begun(ledger, planOf(spaceId));
    await recorded(chunks, short.id, 0, 50);
    const unknown = await begun(ledger, planOf(spaceId, { length: null }));
    for (const { id } of [short, unknown]) {
      expect(await moved(id, 'completing')).toBe(false);
      expect(await stateOf(id)).toBe('receiving');
    }
  });

  it('clears the reason that held the upload', async () => {
    const upload = await begun(ledger, planOf(spaceId));
    await recorded(chunks, upload.id, 0, 60);
    await ledger.hold(upload.id, 'name-taken');
    expect((await ledger.find(upload.id))?.reason).toBe('name-taken');
    await moved(upload.id, 'completing');
    expect((await ledger.find(upload.id))?.reason).toBeNull();
  });
});

describe('moving between states', () => {
  const ALL = UPLOAD_STATES.flatMap((from) => UPLOAD_STATES.map((to) => [from, to] as const));

  it.each(ALL.filter(([from, to]) => MOVES[from].includes(to)))('goes from %s to %s, once', async (from, to) => {
    const found = await inState(from);
    if (to === 'completing') await recorded(chunks, found.id, 0, 60);
    if (to === 'expired') await timeIsUp(found.id);
    const epochs = await times(8, (index) =>
      ledger.move((index % 2 ? database : second).manager, found, { to, reason: 'digest-mismatch' }),
    );
    expect(epochs.filter((epoch) => epoch !== null)).toEqual([found.epoch + 1]);
    expect(await ledger.find(found.id)).toMatchObject({
      ...{ state: to, epoch: found.epoch + 1, expiresAt: null, reason: 'digest-mismatch', fileId: null },
    });
  });

  it.each(ALL.filter(([from, to]) => !MOVES[from].includes(to)))('never goes from %s to %s', async (from, to) => {
    const found = await inState(from);
    await expect(ledger.move(database.manager, found, { to })).rejects.toThrow(
      new TypeError(`No upload goes from ${from} to ${to}.`),
    );
    expect(await ledger.find(found.id)).toEqual(found);
  });

  it('is lost by whoever found the upload before another move', async () => {
    const old = await inState('completing');
    await database.query(`UPDATE uploads SET epoch = epoch + 1 WHERE id = $1`, [old.id]);
    expect(await ledger.move(database.manager, old, { to: 'complete' })).toBeNull();
    expect(await stateOf(old.id)).toBe('completing');
  });

  it('says when it ended, by the clock of the database', async () => {
    const ended = async (id: string) =>
      (
        await database.query<{ ended: boolean }[]>(`SELECT ended_at = now() AS ended FROM uploads WHERE id = $1`, [id])
      )[0];
    for (const state of UPLOAD_STATES.filter(isFinal)) {
      const { id } = await inState(state);
      expect(await ended(id)).toEqual({ ended: false });
    }
    expect(await ended((await inState('completing')).id)).toEqual({ ended: null });
  });
});

describe('removing', () => {
  it('takes away an upload that holds nothing, and no other', async () => {
    const empty = await begun(ledger, planOf(spaceId));
    const emptyFile = await begun(ledger, planOf(spaceId, { length: 0 }));
    await recorded(chunks, emptyFile.id, 0, 0);
    const started = await begun(ledger, planOf(spaceId));
    await recorded(chunks, started.id, 0, 10);
    const refused = await inState('failed');
    for (const { id } of [empty, emptyFile, started, refused]) await ledger.removeEmpty(id);
    expect(await stateOf(empty.id)).toBeUndefined();
    for (const { id } of [emptyFile, started, refused]) expect(await stateOf(id)).toBeDefined();
  });

  it('takes away refused uploads with their chunks, and no others', async () => {
    for (const state of UPLOAD_STATES) {
      const upload = await inState(state);
      await database.query(`INSERT INTO chunks VALUES ($1, 70, 1) ON CONFLICT DO NOTHING`, [upload.id]);
      await ledger.removeRefused(upload.id);
      const gone = isRefused(state);
      expect(await stateOf(upload.id)).toBe(gone ? undefined : state);
      expect(await chunks.ranges(upload.id)).toHaveLength(gone ? 0 : state === 'receiving' ? 1 : 2);
    }
  });
});

describe('a digest declared later', () => {
  it('is kept once, and the kept one is told', async () => {
    const upload = await begun(ledger, planOf(spaceId));
    const [A, B] = ['aa'.repeat(32), 'bb'.repeat(32)];
    expect(await ledger.declareDigest(upload.id, A)).toBe(A);
    expect(await ledger.declareDigest(upload.id, B)).toBe(A);
    expect((await ledger.find(upload.id))?.declaredSha256).toBe(A);
  });

  it('is not kept by an upload that does not receive', async () => {
    for (const state of UPLOAD_STATES.filter((state) => state !== 'receiving')) {
      const { id } = await inState(state);
      expect(await ledger.declareDigest(id, 'aa'.repeat(32))).toBeNull();
      expect((await ledger.find(id))?.declaredSha256).toBeNull();
    }
  });
});

describe('another place for an upload', () => {
  const PLACE = { name: 'new.pdf', folderId: null, path: 'a/b', conflict: 'rename' } as const;

  it('is kept, ends what held it up, and makes what is held its length when it had none', async () => {
    const held = await begun(ledger, planOf(spaceId));
    await recorded(chunks, held.id, 0, 60);
    await ledger.hold(held.id, 'name-taken');
    const open = await begun(ledger, planOf(spaceId, { length: null, chunkSize: null }));
    await recorded(chunks, open.id, 0, 23);
    for (const { id } of [held, open]) expect(await ledger.redirect(id, PLACE)).toBe(true);
    expect(await ledger.find(held.id)).toMatchObject({ ...PLACE, reason: null, length: 60, state: 'receiving' });
    expect(await ledger.find(open.id)).toMatchObject({ ...PLACE, length: 23 });
  });

  it('is refused while bytes are missing, and when it does not receive', async () => {
    const part = await begun(ledger, planOf(spaceId));
    await recorded(chunks, part.id, 0, 10);
    for (const { id } of [part, await inState('completing')]) {
      const before = await ledger.find(id);
      expect(await ledger.redirect(id, PLACE)).toBe(false);
      expect(await ledger.find(id)).toEqual(before);
    }
  });
});

describe('the time to expiry', () => {
  it('begins anew, and never ends earlier than it did', async () => {
    const { id } = await begun(ledger, planOf(spaceId));
    const expiresAt = async () => (await ledger.find(id))?.expiresAt?.getTime() ?? 0;
    await timeIsUp(id);
    expect(await expiresAt()).toBeLessThan(Date.now());
    expect(await ledger.extend(id)).toBe(true);
    expect(await expiresAt()).toBeGreaterThan(Date.now() + 3_600_000);
    await database.query(`UPDATE uploads SET expires_at = now() + interval '1000 days' WHERE id = $1`, [id]);
    const late = await expiresAt();
    expect(await ledger.extend(id)).toBe(true);
    expect(await expiresAt()).toBe(late);
  });

  it('is over for an upload that does not receive, which nothing holds up either', async () => {
    const { id } = await inState('cancelled');
    expect(await ledger.extend(id)).toBe(false);
    await ledger.hold(id, 'name-taken');
    expect(await ledger.find(id)).toMatchObject({ expiresAt: null, reason: null });
  });
});

describe('what a new process finds', () => {
  it('knows the uploads of each state', async () => {
    const ids = new Map<UploadState, string>();
    for (const state of UPLOAD_STATES) ids.set(state, (await inState(state)).id);
    for (const state of UPLOAD_STATES) {
      const found = await ledger.inState(state);
      expect(UPLOAD_STATES.filter((other) => found.includes(ids.get(other) ?? ''))).toEqual([state]);
    }
  });

  it('knows the plain forms that have not arrived', async () => {
    const form = { clientKey: null, length: null, chunkSize: null };
    const begin = (facts = {}) => begun(ledger, planOf(spaceId, { ...form, ...facts }));
    const [lost, arrived, ended, kept] = [
      await begin(),
      await begin(),
      await begin(),
      await begin({ resumable: true }),
    ];
    await recorded(chunks, arrived.id, 0, 10, { endsUpload: true });
    await moved(ended.id, 'cancelled');
    const found = await ledger.abandonedForms();
    expect(found).toContain(lost.id);
    for (const { id } of [arrived, ended, kept]) expect(found).not.toContain(id);
  });

  it('knows the whole uploads that nobody has sealed, unless their name was taken', async () => {
    const whole = await begun(ledger, planOf(spaceId));
    await recorded(chunks, whole.id, 0, 60);
    const held = await begun(ledger, planOf(spaceId));
    await recorded(chunks, held.id, 0, 60);
    await ledger.hold(held.id, 'name-taken');
    const empty = await begun(ledger, planOf(spaceId, { length: 0 }));
    await recorded(chunks, empty.id, 0, 0);
    const nothing = await begun(ledger, planOf(spaceId, { length: 0 }));
    const found = await ledger.wholeButUnsealed();
    expect(found).toEqual(expect.arrayContaining([whole.id, empty.id]));
    expect(found).not.toContain(held.id);
    expect(found).not.toContain(nothing.id);
  });
});

it('keeps an upload whose first chunk is just being recorded', async () => {
  const upload = await begun(ledger, planOf(spaceId, { length: 10, chunkSize: 10 }));
  const removal = await second.transaction(async (manager) => {
    await manager.query(`UPDATE uploads SET received = 10 WHERE id = $1`, [upload.id]);
    const pending = ledger.removeEmpty(upload.id);
    for (let waits = 0; waits === 0;) {
      const rows: unknown[] = await manager.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      waits = rows.length;
    }
    return { pending };
  });
  expect(await removal.pending).toBe(false);
  expect(await stateOf(upload.id)).toBe('receiving');
});
