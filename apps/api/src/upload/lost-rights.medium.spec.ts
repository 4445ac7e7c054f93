import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesOf, contentOf } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { begun, incoming, outcomeOf } from '../../test/sending.js';
import type { Upload } from './entities/upload.entity.js';

/* Real: PostgreSQL, the disk, and the engine as the modules put it together. */

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
  await engine.database.query(
    `INSERT INTO accounts (id, name, name_key, role, password_hash) VALUES ('adam', 'Adam', 'adam', 'member', 'x')`,
  );
});
afterEach(() => engine.clear());
afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const setRole = async (role: string | null): Promise<void> => {
  await engine.database.query('DELETE FROM space_members');
  if (role === null) return;
  await engine.database.query(
    `INSERT INTO space_members (account_id, name_key, space_id, role) VALUES ('adam', 'adam', $1, $2)`,
    [engine.spaceId, role],
  );
};

async function almostWhole(): Promise<Upload> {
  const facts = { owner: 'adam', clientKey: null, length: 10, chunkSize: null, name: 'x', path: '' };
  const upload = await begun(
    engine,
    { ...facts, mediaType: 'text/plain', declaredSha256: null, resumable: true },
    true,
  );
  await append(upload, 0, 9);
  return upload;
}

const append = (upload: Upload, offset: number, bytes: number) =>
  engine.chunks.write(upload, incoming({ offset, length: bytes, content: contentOf(bytesOf(bytes)), kind: 'append' }));

describe('an upload whose owner may not upload any more', () => {
  it.each(['viewer', null])('keeps its bytes and becomes no file: %s', async (role) => {
    await setRole('contributor');
    const upload = await almostWhole();
    await setRole(role);
    expect(await outcomeOf(append(upload, 9, 1).then(() => engine.uploads.find(upload.id)))).toBe('not-permitted');
    expect(await engine.uploads.find(upload.id)).toMatchObject({
      ...{ state: 'receiving', received: 10, reason: 'not-permitted' },
    });
    expect((await engine.files.page([engine.spaceId], 10, null)).files).toEqual([]);
    expect(await outcomeOf(engine.changes.complete(upload.id, {}, 10_000))).toBe('not-permitted');
    await setRole('contributor');
    expect((await engine.changes.complete(upload.id, {}, 10_000)).complete).toBe(true);
  });

  it.each(['contributor', 'editor', 'manager'])('becomes one with a role that is enough: %s', async (role) => {
    await setRole(role);
    const upload = await almostWhole();
    await append(upload, 9, 1);
    expect((await engine.uploads.result(upload.id, 10_000)).complete).toBe(true);
  });

  it('becomes one of somebody who manages the server', async () => {
    await engine.database.query(`UPDATE accounts SET role = 'admin'`);
    await setRole(null);
    const upload = await almostWhole();
    await append(upload, 9, 1);
    expect((await engine.uploads.result(upload.id, 10_000)).complete).toBe(true);
    await engine.database.query(`UPDATE accounts SET role = 'member'`);
  });
});
