import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { brokenContent, bytesOf, HeldContent, readAll, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { chunkOf, clientFile, incoming, open, outcomeOf, send, sendAll } from '../../test/sending.js';

/* Real: PostgreSQL, the disk. */

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home, 20);
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const indexesOf = (count: number) => Array.from({ length: count }, (_, index) => index);

async function downloaded(fileId: string | undefined): Promise<string | null> {
  const found = await engine.files.find(fileId ?? '');
  if (found === null) return null;
  return sha256Of(await readAll(await engine.storage.store.read(found.blob, { start: 0, end: found.file.size })));
}

const staged = (uploadId: string) => readFile(engine.storage.layout.stagingFile(uploadId)).catch(() => null);

/** Content that must not be touched. */
const untouched = {
  [Symbol.asyncIterator]: () => {
    throw new Error('The content was read.');
  },
};

describe('an upload that is removed meanwhile', () => {
  it('begins again for a request that waited for it', async () => {
    const file = clientFile();
    const upload = await open(engine, file);
    await engine.ledger.removeEmpty(upload.id);
    expect(await engine.chunks.write(upload, incoming({ length: 10, content: untouched }))).toBeNull();
    const answer = await sendAll(engine, file);
    expect(answer.complete).toBe(true);
    expect(answer.upload.id).not.toBe(upload.id);
  });

  it('lets every request of many end well, whoever fails first', async () => {
    for (let round = 0; round < 5; round++) {
      const file = clientFile({ bytes: bytesOf(40) });
      const bad = indexesOf(4).map((index) =>
        send(engine, file, index, { content: brokenContent(new Error('gone')) }).catch(() => undefined),
      );
      const good = indexesOf(4).map((index) => send(engine, file, index));
      await Promise.all([...bad, ...good]);
      expect(await downloaded((await send(engine, file)).file?.id)).toBe(sha256Of(file.bytes));
    }
  });

  it('keeps nothing of a chunk that was under way when it was cancelled', async () => {
    const file = clientFile();
    const held = new HeldContent(bytesOf(4), bytesOf(6));
    const request = outcomeOf(send(engine, file, 0, { content: held.content }));
    await held.asked;
    const upload = await engine.ledger.findByKey('built-in', file.key ?? '');
    await engine.uploads.cancel(upload?.id ?? '');
    expect(await request).toBe('upload-cancelled');
    expect(await staged(upload?.id ?? '')).toBeNull();
    expect(await engine.chunkLedger.ranges(upload?.id ?? '')).toEqual([]);
    expect(await outcomeOf(send(engine, file, 1))).toBe('upload-cancelled');
    expect((await sendAll(engine, file)).complete).toBe(true);
  });

  it('keeps nothing of a chunk that was written before, and recorded after it was cancelled', async () => {
    const file = clientFile();
    const record = engine.chunkLedger.record.bind(engine.chunkLedger);
    jest.spyOn(engine.chunkLedger, 'record').mockImplementationOnce(async (...values) => {
      const upload = await engine.uploads.find(values[0]);
      await engine.ledger.move(engine.database.manager, upload, { to: 'cancelled' });
      return record(...values);
    });
    expect(await outcomeOf(send(engine, file, 0))).toBe('upload-cancelled');
    const upload = await engine.ledger.findByKey('built-in', file.key ?? '');
    expect(await staged(upload?.id ?? '')).toBeNull();
  });

  it('takes nothing away from under another writer, who then leaves nothing either', async () => {
    const file = clientFile();
    const held = new HeldContent(chunkOf(file, 1).subarray(0, 4), chunkOf(file, 1).subarray(4));
    const late = outcomeOf(send(engine, file, 1, { content: held.content }));
    await held.asked;
    const upload = await engine.ledger.findByKey('built-in', file.key ?? '');
    const id = upload?.id ?? '';
    const record = engine.chunkLedger.record.bind(engine.chunkLedger);
    jest.spyOn(engine.chunkLedger, 'record').mockImplementationOnce(async (...values) => {
      await engine.ledger.move(engine.database.manager, await engine.uploads.find(id), { to: 'cancelled' });
      return record(...values);
    });
    expect(await outcomeOf(send(engine, file, 0))).toBe('upload-cancelled');
    expect(await staged(id)).not.toBeNull();
    held.goOn();
    expect(await late).toBe('upload-cancelled');
    expect(await staged(id)).toBeNull();
  });
});
