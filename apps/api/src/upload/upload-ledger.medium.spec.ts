import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UploadState } from '@stowage/contract';
import { UPLOAD_STATES } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { connect, migratedDatabase } from '../../test/test-database.js';
import { begun, ledgerOf, planOf } from '../../test/upload-plans.js';
import { EntryLedger } from '../entries/entry-ledger.js';
import { newId } from '../platform/database/ids.js';
import type { Upload } from './entities/upload.entity.js';
import type { UploadLedger } from './upload-ledger.js';
import { MOVES } from './upload-states.js';

let database: DataSource;
/** A pool of its own, as a second process would have. */
let second: DataSource;
let ledger: UploadLedger;
let spaceId: string;

beforeAll(async () => {
  database = await migratedDatabase(20);
  second = await connect((database.options as { url: string }).url, 20);
  ledger = ledgerOf(database);
  spaceId = await new EntryLedger(database).defaultSpace();
});

afterAll(async () => {
  await database.destroy();
  await second.destroy();
});

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

async function inState(state: UploadState): Promise<Upload> {
  const upload = await begun(ledger, planOf(spaceId));
  await database.query(`UPDATE uploads SET state = $2 WHERE id = $1`, [upload.id, state]);
  return upload;
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
    expect(await ledger.record(upload?.id ?? '', 0, 10)).toBeNull();
  });
});

describe('recording chunks', () => {
  it('counts every one of 50 concurrent chunks once, whoever repeats them', async () => {
    const upload = await begun(ledger, planOf(spaceId, { length: 5_000, chunkSize: 100 }));
    const results = await times(100, (index) =>
      (index % 2 ? ledger : ledgerOf(second)).record(upload.id, (index >> 1) * 100, 100),
    );
    const counted = results.filter((progress) => progress !== null);
    expect(counted).toHaveLength(50);
    // Every sum is seen by exactly one request: so exactly one sees the last.
    expect(counted.map(({ received }) => received).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => (index + 1) * 100),
    );
    expect(await ledger.find(upload.id)).toMatchObject({ received: 5_000, length: 5_000 });
    expect(await ledger.chunks(upload.id)).toHaveLength(50);
  });

  it('records nothing for an upload that does not receive', async () => {
    for (const state of UPLOAD_STATES.filter((state) => state !== 'receiving')) {
      const { id } = await inState(state);
      expect(await ledger.record(id, 0, 10)).toBeNull();
      expect(await ledger.chunks(id)).toEqual([]);
      expect((await ledger.find(id))?.received).toBe(0);
    }
  });

  it('records nothing for an upload that is gone', async () => {
    expect(await ledger.record(newId(), 0, 10)).toBeNull();
  });

  it('leaves no chunk behind when it races a cancel, whichever wins', async () => {
    for (let round = 0; round < 20; round++) {
      const upload = await begun(ledger, planOf(spaceId));
      const [progress] = await Promise.all([
        ledger.record(upload.id, 0, 10),
        ledger.end(second.manager, upload.id, 'cancelled', null),
      ]);
      expect(await ledger.chunks(upload.id)).toHaveLength(progress === null ? 0 : 1);
      expect(await ledger.find(upload.id)).toMatchObject({
        state: 'cancelled',
        received: progress === null ? 0 : 10,
      });
    }
  });

  it('gives an upload of unknown length the length that came', async () => {
    const upload = await begun(ledger, planOf(spaceId, { clientKey: null, length: null, chunkSize: null }));
    expect(await ledger.record(upload.id, 0, 123)).toEqual({ received: 123, length: 123 });
    expect((await ledger.find(upload.id))?.length).toBe(123);
  });

  it('holds the one chunk of an empty file', async () => {
    const upload = await begun(ledger, planOf(spaceId, { length: 0 }));
    expect(await ledger.standing(upload.id, 0)).toEqual({ state: 'receiving', received: 0, held: false });
    expect(await ledger.record(upload.id, 0, 0)).toEqual({ received: 0, length: 0 });
    expect(await ledger.standing(upload.id, 0)).toEqual({ state: 'receiving', received: 0, held: true });
    expect(await ledger.record(upload.id, 0, 0)).toBeNull();
  });

  it('refuses to hold more than was declared', async () => {
    const upload = await begun(ledger, planOf(spaceId, { length: 10 }));
    await expect(ledger.record(upload.id, 0, 11)).rejects.toThrow();
    expect(await ledger.chunks(upload.id)).toEqual([]);
  });

  it('tells what is held offset by offset, beyond 32 bits', async () => {
    const upload = await begun(ledger, planOf(spaceId, { length: 1024 ** 4, chunkSize: 1024 ** 3 }));
    await ledger.record(upload.id, 1023 * 1024 ** 3, 1024 ** 3);
    await ledger.record(upload.id, 0, 1024 ** 3);
    expect(await ledger.chunks(upload.id)).toEqual([
      { start: 0, end: 1024 ** 3 },
      { start: 1023 * 1024 ** 3, end: 1024 ** 4 },
    ]);
    expect(await ledger.standing(upload.id, 1023 * 1024 ** 3)).toMatchObject({ held: true, received: 2 * 1024 ** 3 });
    expect(await ledger.standing(upload.id, 1024 ** 3)).toMatchObject({ held: false });
    expect(await ledger.standing(newId(), 0)).toBeNull();
  });
});

describe('sealing', () => {
  it('happens once, however many ask at a time', async () => {
    const upload = await begun(ledger, planOf(spaceId));
    await ledger.record(upload.id, 0, 60);
    const sealed = await times(20, (index) =>
      (index % 2 ? database : second).transaction((manager) => ledger.seal(manager, upload.id)),
    );
    expect(sealed.filter(Boolean)).toHaveLength(1);
    expect(await stateOf(upload.id)).toBe('completing');
  });

  it('waits for the last byte, and for a length', async () => {
    const short = await begun(ledger, planOf(spaceId));
    await ledger.record(short.id, 0, 50);
    const unknown = await begun(ledger, planOf(spaceId, { length: null }));
    for (const { id } of [short, unknown]) {
      expect(await ledger.seal(database.manager, id)).toBe(false);
      expect(await stateOf(id)).toBe('receiving');
    }
  });

  it('clears the reason that held the upload', async () => {
    const upload = await begun(ledger, planOf(spaceId));
    await ledger.record(upload.id, 0, 60);
    await ledger.hold(upload.id, 'name-taken');
    expect((await ledger.find(upload.id))?.reason).toBe('name-taken');
    await ledger.seal(database.manager, upload.id);
    expect((await ledger.find(upload.id))?.reason).toBeNull();
  });
});

describe('moving between states', () => {
  it.each(UPLOAD_STATES.flatMap((from) => (['failed', 'cancelled'] as const).map((to) => [from, to] as const)))(
    'follows the table from %s to %s',
    async (from, to) => {
      const { id } = await inState(from);
      const allowed = MOVES[from].includes(to);
      expect(await ledger.end(database.manager, id, to, 'digest-mismatch')).toBe(allowed);
      expect(await stateOf(id)).toBe(allowed ? to : from);
    },
  );

  it.each(UPLOAD_STATES)('completes from %s only as the table says', async (from) => {
    const { id } = await inState(from);
    const allowed = MOVES[from].includes('complete');
    expect(await ledger.complete(database.manager, id, newId())).toBe(allowed);
    expect(await stateOf(id)).toBe(allowed ? 'complete' : from);
  });
});

describe('removing', () => {
  it('takes away an upload that holds nothing, and no other', async () => {
    const empty = await begun(ledger, planOf(spaceId));
    const emptyFile = await begun(ledger, planOf(spaceId, { length: 0 }));
    await ledger.record(emptyFile.id, 0, 0);
    const started = await begun(ledger, planOf(spaceId));
    await ledger.record(started.id, 0, 10);
    const refused = await inState('failed');
    for (const { id } of [empty, emptyFile, started, refused]) await ledger.removeEmpty(id);
    expect(await stateOf(empty.id)).toBeUndefined();
    for (const { id } of [emptyFile, started, refused]) expect(await stateOf(id)).toBeDefined();
  });

  it('takes away refused uploads with their chunks, and no others', async () => {
    for (const state of UPLOAD_STATES) {
      const upload = await begun(ledger, planOf(spaceId));
      await ledger.record(upload.id, 0, 10);
      await database.query(`UPDATE uploads SET state = $2 WHERE id = $1`, [upload.id, state]);
      await ledger.removeRefused(upload.id);
      const gone = state === 'failed' || state === 'cancelled';
      expect(await stateOf(upload.id)).toBe(gone ? undefined : state);
      expect(await ledger.chunks(upload.id)).toHaveLength(gone ? 0 : 1);
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

describe('what a new process finds', () => {
  it('knows the whole uploads that nobody has sealed, unless their name was taken', async () => {
    const whole = await begun(ledger, planOf(spaceId));
    await ledger.record(whole.id, 0, 60);
    const held = await begun(ledger, planOf(spaceId));
    await ledger.record(held.id, 0, 60);
    await ledger.hold(held.id, 'name-taken');
    const empty = await begun(ledger, planOf(spaceId, { length: 0 }));
    await ledger.record(empty.id, 0, 0);
    const nothing = await begun(ledger, planOf(spaceId, { length: 0 }));
    const found = await ledger.wholeButUnsealed();
    expect(found).toEqual(expect.arrayContaining([whole.id, empty.id]));
    expect(found).not.toContain(held.id);
    expect(found).not.toContain(nothing.id);
  });

  it('tells which of some ids belong to uploads that have ended', async () => {
    const all = await Promise.all(UPLOAD_STATES.map(async (state) => ({ state, id: (await inState(state)).id })));
    const ended = await ledger.ended([...all.map(({ id }) => id), newId()]);
    expect(all.filter(({ id }) => ended.includes(id)).map(({ state }) => state)).toEqual([
      'complete',
      'failed',
      'cancelled',
    ]);
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
