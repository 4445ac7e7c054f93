import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bytesOf, contentOf } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { begun, clientFile, incoming, outcomeOf, requestOf, type UploadRequest } from '../../test/sending.js';
import { makeFile, makeFolder, makeSpace, nodeOf, pathsIn, placeOf, treeLedger } from '../../test/trees.js';
import { putIntoTrash } from '../entries/trashing.js';
import type { Upload } from './entities/upload.entity.js';

// Real: PostgreSQL, the disk, and the engine as the modules put it together.
let home: Home;
let engine: Engine;
let folder: string;
let made = 0;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
});

beforeEach(async () => {
  folder = await makeFolder(engine.database, engine.spaceId, 'a/b');
});

afterEach(async () => {
  expect(await engine.audit.drift()).toEqual({ bytes: 0, uploads: 0 });
  await engine.clear();
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

function begin(request: Partial<UploadRequest> = {}): Promise<Upload> {
  const plan = { owner: 'built-in', clientKey: null, length: 10, chunkSize: null, name: `file ${++made}`, path: '' };
  const facts = { mediaType: 'text/plain', declaredSha256: null, resumable: true };
  return begun(engine, { ...plan, ...facts, folderId: folder, ...request }, true);
}

const fill = async (upload: Upload) => {
  const content = contentOf(bytesOf(10));
  await engine.chunks.write(upload, incoming({ offset: 0, length: 10, content, kind: 'append' }));
  return engine.uploads.result(upload.id, 10_000);
};
const complete = (upload: Upload, changes = {}) => engine.changes.complete(upload.id, changes, 10_000);
const trash = (id: string) => putIntoTrash(engine.database.manager, id, null);
const paths = () => pathsIn(engine.database, engine.spaceId);

async function move(id: string, to: string, name?: string): Promise<void> {
  const node = await nodeOf(engine.database, id);
  const put = {
    to: await placeOf(engine.database, to),
    name: name ?? node.name,
    conflict: 'reject',
    by: null,
  } as const;
  await engine.database.transaction((manager) => treeLedger(engine.database).move(manager, node, put));
}

describe('an upload into a folder', () => {
  it('becomes a file there, in folders that are made on the way', async () => {
    const { file } = await fill(await begin({ name: 'x', path: 'c/d' }));
    expect(file).toMatchObject({ path: 'a/b/c/d', name: 'x', space: engine.spaceId });
    expect(await paths()).toEqual(['a/', 'a/b/', 'a/b/c/', 'a/b/c/d/', 'a/b/c/d/x']);
    expect((await engine.uploads.status((await begin()).id)).upload).toMatchObject({ folder, path: '' });
  });

  it('follows the folder to where it is moved', async () => {
    const upload = await begin({ name: 'x' });
    await move(folder, engine.spaceId, 'moved');
    expect((await fill(upload)).file).toMatchObject({ path: 'moved' });
  });

  it('is refused at the beginning where there is none, or it is in the trash, and leaves nothing', async () => {
    await trash(folder);
    for (const folderId of [folder, 'A'.repeat(22)]) {
      expect(await outcomeOf(begin({ folderId }))).toBe('folder-not-found');
    }
    expect(await engine.database.query(`SELECT 1 FROM uploads`)).toEqual([]);
  });

  it('is refused where the folders would be nested too deeply', async () => {
    const path = (levels: number) => Array.from({ length: levels }, (_, index) => `${index}`).join('/');
    expect(await outcomeOf(begin({ path: path(31) }))).toBe('folder-too-deep');
    expect((await fill(await begin({ path: path(30) }))).file?.path.split('/')).toHaveLength(32);
  });

  it('is another one than that of the same key into another folder', async () => {
    const request = requestOf(clientFile());
    await begun(engine, { ...request, folderId: folder }, true);
    await expect(begun(engine, request, true)).rejects.toMatchObject({
      code: 'upload-mismatch',
      message: 'Not the same as when it was begun: folder.',
    });
  });

  it('keeps its bytes when the folder is put into the trash meanwhile, until it is told where to', async () => {
    const upload = await begin({ name: 'x', path: 'c' });
    const above = (await nodeOf(engine.database, folder)).parentId ?? '';
    await trash(above);
    expect(await outcomeOf(fill(upload))).toBe('folder-not-found');
    expect(await engine.uploads.find(upload.id)).toMatchObject({ state: 'receiving', reason: 'folder-not-found' });
    expect(await outcomeOf(complete(upload))).toBe('folder-not-found');
    const other = await makeFolder(engine.database, engine.spaceId, 'other');
    const { file } = await complete(upload, { folderId: other, path: '' });
    expect(file).toMatchObject({ path: 'other', name: 'x' });
    expect(await outcomeOf(complete(upload, { folderId: null }))).toBe('upload-finished');
  });

  it('goes on by itself when the folder is taken out of the trash', async () => {
    const upload = await begin({ name: 'x' });
    await trash(folder);
    expect(await outcomeOf(fill(upload))).toBe('folder-not-found');
    const node = await nodeOf(engine.database, folder);
    const put = {
      to: await placeOf(engine.database, node.trashedFrom ?? ''),
      name: 'b',
      conflict: 'reject',
      by: null,
    } as const;
    await engine.database.transaction((manager) => engine.tree.restore(manager, node, put));
    expect((await complete(upload)).file).toMatchObject({ path: 'a/b' });
  });

  it('keeps its bytes when the folder is gone, or in another space', async () => {
    const [gone, away] = [
      await begin(),
      await begin({ folderId: await makeFolder(engine.database, engine.spaceId, 'z') }),
    ];
    await engine.database.query(`DELETE FROM entries WHERE id = $1`, [folder]);
    await move(away.folderId ?? '', await makeSpace(engine.database, `team ${++made}`));
    for (const upload of [gone, away]) {
      expect(await outcomeOf(fill(upload))).toBe('folder-not-found');
      expect((await complete(upload, { folderId: null })).file).toMatchObject({ path: '' });
    }
  });

  it('is in the folder or not, whatever becomes of it at the same time', async () => {
    for (let round = 0; round < 8; round++) {
      const target = await makeFolder(engine.database, engine.spaceId, `t${round}`);
      const uploads = await Promise.all(
        Array.from({ length: 4 }, (_, index) => begin({ folderId: target, path: index % 2 === 0 ? '' : 'new' })),
      );
      const [outcomes] = await Promise.all([
        Promise.all(uploads.map((upload) => outcomeOf(fill(upload)))),
        trash(target),
      ]);
      for (const [index, outcome] of outcomes.entries()) {
        const upload = await engine.uploads.find(uploads[index]?.id ?? '');
        const found = upload.fileId === null ? null : await engine.files.find(upload.fileId);
        // A file that was there before went with the folder.
        expect([outcome, found?.inTrash]).toEqual(
          outcome === 'complete' ? ['complete', true] : ['folder-not-found', undefined],
        );
      }
    }
  });

  it('puts what it replaces into the trash, from which that comes back under another name', async () => {
    const old = await makeFile(engine.database, folder, 'x', 5);
    const { file } = await fill(await begin({ name: 'X', conflict: 'replace' }));
    expect(await engine.entryListing.trash(engine.spaceId, 10, null)).toMatchObject({
      ...{ total: 1, next: null },
      entries: [{ id: old, name: 'x', size: 5, trashed: { by: null, path: 'a/b' } }],
    });
    expect((await engine.files.find(file?.id ?? ''))?.file.name).toBe('X');
    expect(await engine.usage()).toMatchObject({ used: 15, reserved: 0 });
  });
});
