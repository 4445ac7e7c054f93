import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { stat } from 'node:fs/promises';
import { contentOf } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { begun, clientFile, incoming, outcomeOf, requestOf } from '../../test/sending.js';
import { BodyDigest } from './body-digest.js';
import type { IncomingBytes } from './chunk.service.js';
import type { Upload } from './entities/upload.entity.js';

/* Real: PostgreSQL, the disk. */

let home: Home;
let engine: Engine;
let upload: Upload;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
});

beforeEach(async () => {
  upload = await begun(engine, { ...requestOf(clientFile()), length: null }, true);
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const write = (facts: Partial<IncomingBytes> = {}) =>
  engine.chunks.write(upload, incoming({ offset: 50, length: 0, ...facts }));

describe('an empty chunk of a file whose length is not known', () => {
  it('is taken, as often as it comes, and leaves nothing', async () => {
    const progress = { received: 0, length: null, reason: null };
    expect([await write(), await write()]).toEqual([{ progress }, { progress }]);
    expect(await engine.chunkLedger.ranges(upload.id)).toEqual([]);
    expect(await engine.ledger.find(upload.id)).toMatchObject({ chunkCount: 0 });
    await expect(stat(engine.storage.layout.stagingFile(upload.id))).rejects.toThrow('ENOENT');
    expect(engine.leases.isHeld(upload.id)).toBe(false);
  });

  it('is refused when it has bytes, or is said to have others', async () => {
    const refusal = (facts: Partial<IncomingBytes>) =>
      outcomeOf(write(facts).then(() => engine.uploads.find(upload.id)));
    expect(await refusal({ content: contentOf('more') })).toBe('size-mismatch');
    const check = new BodyDigest([{ algorithm: 'sha-256', value: Buffer.alloc(32).toString('base64') }]);
    expect(await refusal({ check })).toBe('digest-mismatch');
  });
});
