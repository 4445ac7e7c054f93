import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { HeldContent } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { EXPIRY_ROUNDS } from '../../test/rounds.js';
import { chunkOf, clientFile, open, outcomeOf, send, sendAll } from '../../test/sending.js';
import { ALL_UPLOADS, type UploadFilter } from './upload-filter.js';

/* Real: PostgreSQL, the disk. */

const HOUR = 3600;

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home, 20);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await engine.clear();
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const purge = (dryRun: boolean, filter: Partial<UploadFilter> = {}, most = 1000) =>
  engine.purge.purge({ ...ALL_UPLOADS, ...filter }, HOUR, dryRun, most);
const stateOf = async (id: string) => (await engine.ledger.find(id))?.state;
const NOTHING = { matched: 0, bytes: 0, removed: 0, freed: 0, kept: 0, more: false };

/** Lets time pass since the last byte of an upload. */
async function rest(id: string, seconds: number): Promise<void> {
  await engine.database.query(
    `UPDATE uploads SET updated_at = now() - make_interval(secs => $2::integer) WHERE id = $1`,
    [id, seconds],
  );
}

/** An upload of 60 bytes that holds 10, and has rested for two hours. */
async function idle(facts: Parameters<typeof clientFile>[0] = {}) {
  const file = clientFile(facts);
  const { upload } = await send(engine, file, 0);
  await rest(upload.id, 2 * HOUR);
  return { file, id: upload.id };
}

describe('a purge', () => {
  it('only tells what would go, and then removes just that, with its bytes and its place in the quota', async () => {
    const old = [await idle(), await idle()];
    const fresh = await send(engine, clientFile(), 0);
    expect(await purge(true)).toEqual({ ...NOTHING, dryRun: true, matched: 2, bytes: 20 });
    for (const { id } of old) expect(await stateOf(id)).toBe('receiving');
    expect(await purge(false)).toEqual({
      ...{ dryRun: false, matched: 2, bytes: 20, removed: 2, freed: 20, kept: 0, more: false },
    });
    for (const { id } of old) expect(await stateOf(id)).toBe('cancelled');
    expect(await engine.storage.store.staged()).toEqual([fresh.upload.id]);
    expect(await engine.usage()).toMatchObject({ used: 0, reserved: 60 });
    expect(await purge(false)).toEqual({ ...NOTHING, dryRun: false });
    expect(await engine.audit.drift()).toEqual({ uploads: 0, bytes: 0 });
  });

  it('tells late requests that the upload is gone', async () => {
    const { file } = await idle();
    await purge(false);
    expect(await outcomeOf(send(engine, file, 1))).toBe('upload-cancelled');
    expect((await sendAll(engine, file)).complete).toBe(true);
  });

  it('takes the longest idle first, so many with each request and all in the end', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      const { id } = await idle();
      await rest(id, (10 - index) * HOUR);
      ids.push(id);
    }
    expect(await purge(true, {}, 2)).toMatchObject({ matched: 5, bytes: 50, removed: 0, more: true });
    expect(await purge(false, {}, 2)).toMatchObject({ matched: 5, removed: 2, more: true });
    expect(await Promise.all(ids.map(stateOf))).toEqual([
      ...['cancelled', 'cancelled', 'receiving', 'receiving', 'receiving'],
    ]);
    expect(await purge(false, {}, 2)).toMatchObject({ removed: 2, more: true });
    expect(await purge(false, {}, 2)).toMatchObject({ removed: 1, more: false });
  });

  it('can be narrowed to owners, spaces and names', async () => {
    await idle({ name: 'Film 100%_a.mov' });
    const matched = async (filter: Partial<UploadFilter>) => (await purge(true, filter)).matched;
    expect(await matched({ owners: ['built-in'], spaces: [engine.spaceId], name: 'FILM' })).toBe(1);
    expect(await matched({ name: '100%_A' })).toBe(1);
    expect(await matched({ name: '100__A' })).toBe(0);
    expect(await matched({ owners: ['another'] })).toBe(0);
    expect(await matched({ owners: ['built-in'], spaces: ['another'] })).toBe(0);
    expect(await matched({ spaces: ['another'] })).toBe(0);
    expect(await matched({ owners: [] })).toBe(0);
  });

  it('takes what nobody can seal, such as with a name that is taken, but not what is whole and about to be', async () => {
    const { id } = await idle();
    // As a death between the last byte and the seal leaves it.
    await engine.database.query(`UPDATE uploads SET received = length WHERE id = $1`, [id]);
    expect(await purge(false)).toEqual({ ...NOTHING, dryRun: false, kept: 1 });
    await engine.database.query(`UPDATE uploads SET reason = 'name-taken' WHERE id = $1`, [id]);
    expect(await purge(true)).toMatchObject({ matched: 1, kept: 0 });
    await engine.database.query(`UPDATE uploads SET received = 10 WHERE id = $1`, [id]);
  });

  it('takes one of unknown length', async () => {
    const { id } = await open(engine, clientFile());
    await engine.database.query(`UPDATE uploads SET length = NULL WHERE id = $1`, [id]);
    await rest(id, 2 * HOUR);
    expect(await purge(true)).toMatchObject({ matched: 1, kept: 0 });
    await engine.database.query(`UPDATE uploads SET length = 60 WHERE id = $1`, [id]);
  });

  it('leaves alone what somebody is sending, though nothing of it is recorded yet', async () => {
    const { file, id } = await idle();
    const held = new HeldContent(chunkOf(file, 1).subarray(0, 4), chunkOf(file, 1).subarray(4));
    const writing = send(engine, file, 1, { content: held.content });
    await held.asked;
    expect(await purge(true)).toEqual({ ...NOTHING, dryRun: true, kept: 1 });
    expect(await purge(false)).toEqual({ ...NOTHING, dryRun: false, kept: 1 });
    held.goOn();
    expect((await writing).upload).toMatchObject({ id, state: 'receiving', received: 20 });
  });

  it('leaves alone what got a byte between the look and the move', async () => {
    const { file, id } = await idle();
    const move = engine.ledger.move.bind(engine.ledger);
    jest.spyOn(engine.ledger, 'move').mockImplementationOnce(async (...values) => {
      // Past the lease of this process, as another one would.
      await engine.database.query(`UPDATE uploads SET updated_at = now() WHERE id = $1`, [id]);
      return move(...values);
    });
    expect(await purge(false)).toMatchObject({ matched: 1, removed: 0, kept: 1 });
    expect((await send(engine, file, 1)).upload).toMatchObject({ id, received: 20 });
  });

  it('leaves alone what another process has leased between the look and the move', async () => {
    const { id } = await idle();
    const move = engine.ledger.move.bind(engine.ledger);
    jest.spyOn(engine.ledger, 'move').mockImplementationOnce(async (...values) => {
      await engine.chunkLedger.claim(id, 'a lease of another', 10, 20);
      return move(...values);
    });
    expect(await purge(false)).toMatchObject({ matched: 1, removed: 0, kept: 1 });
    expect(await stateOf(id)).toBe('receiving');
    await engine.chunkLedger.release('a lease of another');
  });

  it('loses nothing that was acknowledged, beside the next chunk', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < EXPIRY_ROUNDS; round++) {
      const { file, id } = await idle();
      const [{ removed }, sent] = await Promise.all([purge(false), outcomeOf(send(engine, file, 1))]);
      const upload = await engine.ledger.find(id);
      // Who was told that the bytes are held finds them there; who was too late has heard so.
      if (sent === 'receiving') expect(upload).toMatchObject({ state: 'receiving', received: 20 });
      else expect([sent, upload?.state, removed]).toEqual(['upload-cancelled', 'cancelled', 1]);
      expect(removed).toBe(sent === 'receiving' ? 0 : 1);
      seen.add(sent);
      await engine.clear();
    }
    expect([...seen].every((outcome) => ['receiving', 'upload-cancelled'].includes(outcome))).toBe(true);
  });

  it('that is asked for twice at the same time removes everything once', async () => {
    for (let index = 0; index < 10; index++) await idle();
    const [first, second] = await Promise.all([purge(false), purge(false)]);
    expect(first.removed + second.removed).toBe(10);
    expect(await engine.usage()).toMatchObject({ reserved: 0 });
    expect(await engine.audit.drift()).toEqual({ uploads: 0, bytes: 0 });
  });
});
