import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bytesOf, HeldContent } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { systemError } from '../../test/file-handles.js';
import { EXPIRY_ROUNDS } from '../../test/rounds.js';
import { chunkOf, clientFile, open, outcomeOf, send, sendAll } from '../../test/sending.js';
import { newId } from '../platform/database/ids.js';

/* Real: PostgreSQL, the disk. */

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home, 20);
});

afterEach(async () => {
  jest.restoreAllMocks();
  engine.store.before = () => undefined;
  await engine.clear();
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const run = (signal = new AbortController().signal) => engine.upkeep.run(signal);
const stateOf = async (id: string) => (await engine.ledger.find(id))?.state;

/** Lets an upload's time pass. */
async function age(id: string, column: 'expires_at' | 'ended_at', past: string): Promise<void> {
  await engine.database.query(`UPDATE uploads SET ${column} = now() - $2::interval WHERE id = $1`, [id, past]);
}

describe('an upload that nobody goes on with', () => {
  it('expires, its bytes go with the next run, and late requests hear why', async () => {
    const file = clientFile();
    const { upload } = await send(engine, file, 0);
    await run();
    expect(await stateOf(upload.id)).toBe('receiving');
    await age(upload.id, 'expires_at', '1 second');
    await run();
    expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'expired', expiresAt: null });
    expect(await engine.storage.store.staged()).toContain(upload.id);
    await run();
    expect(await engine.storage.store.staged()).not.toContain(upload.id);
    expect(await engine.chunkLedger.ranges(upload.id)).toEqual([]);
    expect(await outcomeOf(send(engine, file, 1))).toBe('upload-expired');
    // The request that begins a file begins it anew.
    expect((await sendAll(engine, file)).complete).toBe(true);
  });

  it('does not expire while bytes come, though they are not recorded yet', async () => {
    const file = clientFile();
    const held = new HeldContent(chunkOf(file, 0).subarray(0, 4), chunkOf(file, 0).subarray(4));
    const writing = send(engine, file, 0, { content: held.content });
    await held.asked;
    const upload = await engine.ledger.findByKey('built-in', file.key ?? '');
    await age(upload?.id ?? '', 'expires_at', '1 second');
    await run();
    held.goOn();
    expect((await writing).upload).toMatchObject({ state: 'receiving', received: 10 });
  });

  it('does not expire while bytes come, though a clock that was put forward has ended its lease as well', async () => {
    const file = clientFile();
    const held = new HeldContent(chunkOf(file, 0).subarray(0, 4), chunkOf(file, 0).subarray(4));
    const writing = send(engine, file, 0, { content: held.content });
    await held.asked;
    const upload = await engine.ledger.findByKey('built-in', file.key ?? '');
    await age(upload?.id ?? '', 'expires_at', '1 day');
    await engine.database.query(`UPDATE upload_leases SET until = now() - interval '1 day'`);
    await run();
    held.goOn();
    expect((await writing).upload).toMatchObject({ state: 'receiving', received: 10 });
  });

  it('does not expire when a byte comes between the look and the move', async () => {
    const file = clientFile();
    const { upload } = await send(engine, file, 0);
    await age(upload.id, 'expires_at', '1 second');
    const move = engine.ledger.move.bind(engine.ledger);
    jest.spyOn(engine.ledger, 'move').mockImplementationOnce(async (...values) => {
      await send(engine, file, 1);
      return move(...values);
    });
    await run();
    expect(await stateOf(upload.id)).toBe('receiving');
  });

  it(
    'expires beside its next chunk either wholly or not at all, round after round',
    async () => {
      for (let round = 0; round < EXPIRY_ROUNDS; round++) {
        const file = clientFile();
        const { upload } = await send(engine, file, 0);
        await age(upload.id, 'expires_at', '1 second');
        const [outcome] = await Promise.all([outcomeOf(send(engine, file, 1)), run()]);
        const expired = (await stateOf(upload.id)) === 'expired';
        // Acknowledged means held: what was answered with success is still there.
        expect(outcome).toBe(expired ? 'upload-expired' : 'receiving');
        expect((await engine.uploads.find(upload.id)).received).toBe(expired ? 10 : 20);
      }
    },
    EXPIRY_ROUNDS * 2_000,
  );

  it('expires though its name was taken', async () => {
    const file = clientFile();
    await sendAll(engine, clientFile({ name: file.name }));
    const upload = await open(engine, { ...file, name: 'other' });
    await engine.database.query(`UPDATE uploads SET name = $2 WHERE id = $1`, [upload.id, file.name]);
    await sendAll(engine, { ...file, name: file.name }).catch(() => undefined);
    await age(upload.id, 'expires_at', '1 second');
    await run();
    expect(await stateOf(upload.id)).toBe('expired');
  });

  it('expires with a thousand others', async () => {
    await Promise.all(Array.from({ length: 450 }, () => open(engine, clientFile())));
    await engine.database.query(`UPDATE uploads SET expires_at = now() - interval '1 s'`);
    await run();
    expect(await engine.ledger.inState('expired')).toHaveLength(450);
    expect(await engine.ledger.inState('receiving')).toEqual([]);
  });
});

describe('what an ended upload has left', () => {
  it('goes, also when its staging file was removed and its chunk rows were not', async () => {
    const { upload } = await send(engine, clientFile(), 0);
    await engine.ledger.move(engine.database.manager, await engine.uploads.find(upload.id), { to: 'cancelled' });
    await engine.storage.store.discard(upload.id);
    expect(await engine.chunkLedger.ranges(upload.id)).toHaveLength(1);
    await run();
    expect(await engine.chunkLedger.ranges(upload.id)).toEqual([]);
  });

  it('goes though something else cannot be removed, which is tried again', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) ids.push((await send(engine, clientFile(), 0)).upload.id);
    for (const id of ids)
      await engine.ledger.move(engine.database.manager, await engine.uploads.find(id), { to: 'cancelled' });
    let faults = 1;
    engine.store.before = (call) => {
      if (call === 'discard' && faults-- > 0) throw systemError('EIO');
    };
    await expect(run()).rejects.toThrow('1 uploads have left what cannot be removed');
    expect(await engine.storage.store.staged()).toHaveLength(1);
    await run();
    expect(await engine.storage.store.staged()).toEqual([]);
  });

  it('keeps no other upload from expiring, nor tombstones from going, though it cannot be removed', async () => {
    const [stuck, old, forgotten] = [
      await send(engine, clientFile(), 0),
      await send(engine, clientFile(), 0),
      await sendAll(engine, clientFile()),
    ];
    await engine.ledger.move(engine.database.manager, await engine.uploads.find(stuck.upload.id), { to: 'cancelled' });
    await age(old.upload.id, 'expires_at', '1 minute');
    await age(forgotten.upload.id, 'ended_at', '8 days');
    engine.store.before = (call) => {
      if (call === 'discard') throw systemError('EIO');
    };
    await expect(run()).rejects.toThrow('1 uploads have left what cannot be removed');
    expect(await stateOf(old.upload.id)).toBe('expired');
    expect(await engine.ledger.find(forgotten.upload.id)).toBeNull();
  });

  it('is its row after that: it tells for seven days what became of the upload', async () => {
    const complete = await sendAll(engine, clientFile());
    const { upload } = await send(engine, clientFile(), 0);
    await engine.uploads.cancel(upload.id);
    for (const id of [complete.upload.id, upload.id]) await age(id, 'ended_at', '6 days 23 hours');
    await run();
    expect(await stateOf(complete.upload.id)).toBe('complete');
    expect(await stateOf(upload.id)).toBe('cancelled');
    for (const id of [complete.upload.id, upload.id]) await age(id, 'ended_at', '7 days 1 minute');
    await run();
    for (const id of [complete.upload.id, upload.id]) expect(await engine.ledger.find(id)).toBeNull();
    expect((await engine.files.page([engine.spaceId], 10, null)).files).toHaveLength(1);
  });

  it('keeps its row as long as there are bytes', async () => {
    const { upload } = await send(engine, clientFile(), 0);
    await engine.ledger.move(engine.database.manager, await engine.uploads.find(upload.id), { to: 'cancelled' });
    await age(upload.id, 'ended_at', '8 days');
    engine.store.before = (call) => {
      if (call === 'discard') throw systemError('EIO');
    };
    await run().catch(() => undefined);
    expect(await stateOf(upload.id)).toBe('cancelled');
  });
});

it('removes leases that nobody has renewed', async () => {
  const { id } = await open(engine, clientFile());
  await engine.chunkLedger.claim(id, newId(), 0, 10);
  await engine.chunkLedger.claim(id, newId(), 10, 20);
  await engine.database.query(`UPDATE upload_leases SET until = now() - interval '1 s' WHERE start = 0`);
  await run();
  expect(await engine.database.query(`SELECT start::int FROM upload_leases`)).toEqual([{ start: 10 }]);
  await engine.chunkLedger.releaseAll();
});

it('ends soon when it is told to', async () => {
  await Promise.all(Array.from({ length: 5 }, () => send(engine, clientFile({ bytes: bytesOf(20) }), 0)));
  await engine.database.query(`UPDATE uploads SET expires_at = now() - interval '1 s'`);
  await run(AbortSignal.abort());
  expect(await engine.ledger.inState('expired')).toEqual([]);
});

it('seals an upload that is whole, though the database was away in that moment', async () => {
  const file = clientFile();
  for (const index of [0, 1, 2, 3, 4]) await send(engine, file, index);
  jest.spyOn(engine.completion, 'seal').mockRejectedValueOnce(new Error('The database is away.'));
  await expect(send(engine, file, 5)).rejects.toThrow('away');
  const { id } = await open(engine, file);
  expect(await stateOf(id)).toBe('receiving');
  await run();
  expect((await engine.uploads.result(id, 10_000)).complete).toBe(true);
});
