// Real: the disk. Made up: what it answers to single calls.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, stat } from 'node:fs/promises';
import { bytesOf, contentOf, HeldContent, sha256Of } from '../../../test/bytes.js';
import { targetOf } from '../../../test/chunk-targets.js';
import { FaultyDisk, type DiskCall } from '../../../test/faulty-disk.js';
import { openFiles, systemError } from '../../../test/file-handles.js';
import { openStorage, type TestStorage } from '../../../test/test-storage.js';
import { newId } from '../../platform/database/ids.js';
import { CondemnedBytes, type BlobKey } from '../blob-store.js';

const SPACE = newId();
const keyOf = (bytes: Buffer): BlobKey => ({ spaceId: SPACE, sha256: sha256Of(bytes) });

let disk: FaultyDisk;
let storage: TestStorage;
let uploadId: string;

beforeEach(async () => {
  disk = new FaultyDisk();
  storage = await openStorage(undefined, disk);
  uploadId = newId();
});

afterEach(() => storage.close());

const write = (offset: number, bytes: Buffer | string, first = true, id = uploadId) =>
  storage.store.writeChunk(targetOf(id, offset, bytes.length, first), contentOf(bytes));
const staged = () => readFile(storage.layout.stagingFile(uploadId));

/** Holds every call of a kind until it is let go; `begun` settles when the first one has begun. */
function hold(kind: DiskCall): { readonly begun: Promise<void>; readonly release: () => void } {
  let release: () => void = () => undefined;
  let begin: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const begun = new Promise<void>((resolve) => (begin = resolve));
  disk.before = async (call) => {
    if (call !== kind) return;
    begin();
    await gate;
  };
  return { begun, release };
}

function failing(kind: DiskCall, code = 'EIO'): void {
  disk.before = (call) => {
    if (call === kind) throw systemError(code);
  };
}

const causeOf = (outcome: PromiseSettledResult<unknown>) => {
  if (outcome.status === 'fulfilled') return 'kept';
  return outcome.reason instanceof CondemnedBytes ? 'condemned' : String(outcome.reason);
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('chunks of one upload that are written at once', () => {
  it('share one handle, opened once and closed when the last one leaves', async () => {
    const slow = Array.from({ length: 8 }, () => new HeldContent(Buffer.from('ab'), Buffer.from('cd')));
    const writes = slow.map(({ content }, index) =>
      storage.store.writeChunk(targetOf(uploadId, index * 4, 4), content),
    );
    await Promise.all(slow.map(({ asked }) => asked));
    expect(await openFiles(storage.folder)).toHaveLength(1);
    for (const content of slow.slice(1)) content.goOn();
    await Promise.all(writes.slice(1));
    expect(await openFiles(storage.folder)).toHaveLength(1);
    slow[0]?.goOn();
    await Promise.all(writes);
    expect(await openFiles(storage.folder)).toEqual([]);
    expect([disk.count('open'), disk.count('close')]).toEqual([1, 1]);
    expect((await staged()).toString()).toBe('abcd'.repeat(8));
  });

  it('share the sync that begins after their writes', async () => {
    const { begun, release } = hold('datasync');
    const first = write(0, 'abcd');
    await begun;
    const later = Array.from({ length: 20 }, (_, index) => write(4 + index * 4, 'efgh', false));
    await until(() => disk.count('writev') === 21);
    expect(disk.count('datasync')).toBe(1);
    release();
    await Promise.all([first, ...later]);
    expect(disk.count('datasync')).toBe(2);
  });

  it('do not let one that breaks off close the file of the others', async () => {
    const [broken, whole] = [0, 1].map(() => new HeldContent(Buffer.from('ab'), Buffer.from('cd')));
    if (broken === undefined || whole === undefined) throw new Error('There are two.');
    const writes = [broken, whole].map(({ content }, index) =>
      storage.store.writeChunk(targetOf(uploadId, index * 4, 4), content),
    );
    const outcomes = Promise.allSettled(writes);
    await Promise.all([broken.asked, whole.asked]);
    broken.breakOff();
    await writes[0]?.catch(() => undefined);
    whole.goOn();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((await staged()).subarray(4).toString()).toBe('abcd');
  });

  it('all hear of a file that cannot be opened, and the next one tries again', async () => {
    failing('open', 'EMFILE');
    const outcomes = await Promise.allSettled([write(0, 'a'), write(1, 'b')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    disk.before = () => undefined;
    expect(await write(0, 'a')).toBe(1);
  });
});

describe('first chunks of many uploads', () => {
  it('share the sync of the folder', async () => {
    const { begun, release } = hold('syncFolder');
    const first = write(0, 'a');
    await begun;
    const later = Array.from({ length: 10 }, () => write(0, 'b', true, newId()));
    await until(() => disk.count('datasync') === 11);
    // Each of them has ended its own sync, and now waits for the folder's.
    await new Promise((resolve) => setImmediate(resolve));
    release();
    await Promise.all([first, ...later]);
    expect(disk.count('syncFolder')).toBeLessThan(11);
  });
});

it.each([
  ['away', Object.assign(new Error('stale'), { code: 'ESTALE' })],
  ['not to be opened', systemError('EMFILE', 'open')],
])(
  'a folder that is %s before its sync condemns nothing, and is synced when the bytes come again',
  async (_, error) => {
    disk.before = (call) => {
      if (call === 'syncFolder') throw error;
    };
    await expect(write(0, 'kept')).rejects.toMatchObject({ code: 'storage-failed', cause: error });
    disk.before = () => undefined;
    const before = disk.count('syncFolder');
    expect(await write(0, 'kept')).toBe(4);
    expect(disk.count('syncFolder')).toBe(before + 1);
  },
);

describe.each(['datasync', 'close', 'writev', 'syncFolder'] as const)('a chunk whose %s fails', (call) => {
  it('condemns its upload, until that is discarded', async () => {
    expect(await write(0, 'kept')).toBe(4);
    failing(call);
    await expect(write(4, 'lost')).rejects.toBeInstanceOf(CondemnedBytes);
    disk.before = () => undefined;
    const before = disk.calls.length;
    await expect(write(8, 'late')).rejects.toBeInstanceOf(CondemnedBytes);
    await expect(storage.store.digest(uploadId, 4)).rejects.toBeInstanceOf(CondemnedBytes);
    await expect(storage.store.publish(uploadId, keyOf(Buffer.from('kept')))).rejects.toBeInstanceOf(CondemnedBytes);
    const after = disk.calls.slice(before);
    expect(after.filter((made) => ['open', 'writev', 'datasync', 'sync'].includes(made))).toEqual([]);
    expect(await openFiles(storage.folder)).toEqual([]);
    await storage.store.discard(uploadId);
    expect(await write(0, 'anew')).toBe(4);
  });

  it('harms no other upload', async () => {
    failing(call);
    await write(0, 'lost').catch(() => undefined);
    disk.before = () => undefined;
    expect(await write(0, 'kept', true, newId())).toBe(4);
  });
});

describe('a sync that fails', () => {
  it('fails all who wait, and is never repeated', async () => {
    await write(0, 'kept');
    const { begun, release } = hold('datasync');
    const held = disk.before;
    disk.before = async (call, path) => {
      await held(call, path);
      if (call === 'datasync') throw systemError('EIO', 'fdatasync');
    };
    const first = write(4, 'lost', false);
    await begun;
    const later = Array.from({ length: 5 }, (_, index) => write(8 + index * 4, 'lost', false));
    const slow = new HeldContent(Buffer.from('ab'), Buffer.from('cd'));
    const receiving = storage.store.writeChunk(targetOf(uploadId, 40, 4, false), slow.content);
    const all = Promise.allSettled([first, ...later, receiving]);
    await Promise.all([until(() => disk.count('writev') >= 8), slow.asked]);
    release();
    await first.catch(() => undefined);
    slow.goOn();
    expect((await all).map(causeOf)).toEqual(Array.from({ length: 7 }, () => 'condemned'));
    expect(disk.count('datasync')).toBe(2);
    expect(disk.count('writev')).toBe(8);
  });

  it('is told with its cause', async () => {
    failing('datasync', 'ENOSPC');
    await expect(write(0, 'lost')).rejects.toMatchObject({ name: 'CondemnedBytes', cause: { code: 'ENOSPC' } });
  });

  it('at the publishing condemns the upload as well', async () => {
    await write(0, 'kept');
    failing('sync');
    await expect(storage.store.publish(uploadId, keyOf(Buffer.from('kept')))).rejects.toBeInstanceOf(CondemnedBytes);
    disk.before = () => undefined;
    await expect(storage.store.publish(uploadId, keyOf(Buffer.from('kept')))).rejects.toBeInstanceOf(CondemnedBytes);
    expect(disk.count('sync')).toBe(1);
    expect(await openFiles(storage.folder)).toEqual([]);
  });
});

describe('a name that could not be synced', () => {
  it('is tried again when it is a blob: the name is made anew', async () => {
    await write(0, 'kept');
    await storage.store.publish(uploadId, keyOf(Buffer.from('kept')));
    disk.before = (call, path) => {
      if (call === 'syncFolder' && path.includes('blobs')) throw systemError('EIO', 'fsync');
    };
    const again = storage.store.publish(uploadId, keyOf(Buffer.from('kept')));
    await expect(again).rejects.toMatchObject({ code: 'storage-failed' });
    disk.before = () => undefined;
    await storage.store.publish(uploadId, keyOf(Buffer.from('kept')));
    expect(await storage.store.size(keyOf(Buffer.from('kept')))).toBe(4);
  });

  it('is taken back when it is a folder: its next sync could say yes without having written it', async () => {
    await write(0, 'kept');
    const key = keyOf(Buffer.from('kept'));
    const { folders } = storage.layout.blob(key);
    const [parent = '', shard = ''] = folders;
    disk.before = (call, path) => {
      if (call === 'syncFolder' && path === parent) throw systemError('EIO', 'fsync');
    };
    await expect(storage.store.publish(uploadId, key)).rejects.toMatchObject({ code: 'storage-failed' });
    await expect(stat(shard)).rejects.toMatchObject({ code: 'ENOENT' });
    disk.before = () => undefined;
    await storage.store.publish(uploadId, key);
    expect(await storage.store.size(key)).toBe(4);
  });
});

describe('bytes that the disk refuses', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG'])('leave the upload as it is: %s', async (code) => {
    await write(0, 'kept');
    failing('writev', code);
    await expect(write(4, 'more', false)).rejects.toMatchObject({ cause: { code } });
    disk.before = () => undefined;
    expect(await write(4, 'more', false)).toBe(4);
    expect((await staged()).toString()).toBe('keptmore');
  });
});

describe('readiness', () => {
  const failures = async (count: number) => {
    failing('datasync');
    for (let index = 0; index < count; index++) await write(0, 'lost', true, newId()).catch(() => undefined);
    disk.before = () => undefined;
  };

  it('stays on after two failed syncs in a row', async () => {
    await failures(2);
    await storage.store.probe();
  });

  it('goes off after three, and comes back with the probe after one that could write and sync', async () => {
    await failures(3);
    await expect(storage.store.probe()).rejects.toMatchObject({ code: 'storage-failed' });
    await storage.store.probe();
  });

  it('stays off while the probe cannot sync either', async () => {
    await failures(3);
    failing('datasync');
    await expect(storage.store.probe()).rejects.toMatchObject({ code: 'storage-failed', cause: { code: 'EIO' } });
    disk.before = () => undefined;
    await expect(storage.store.probe()).rejects.toMatchObject({ code: 'storage-failed' });
    await storage.store.probe();
  });

  it('forgets failures after a success', async () => {
    await failures(2);
    await write(0, 'kept', true, newId());
    await failures(2);
    await storage.store.probe();
  });
});

it('keeps parallel writers of random sizes apart', async () => {
  const bytes = bytesOf(64 * 1024);
  const step = 1_111;
  const offsets = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => index * step);
  await Promise.all(offsets.map((offset) => write(offset, bytes.subarray(offset, offset + step))));
  expect(sha256Of(await staged())).toBe(sha256Of(bytes));
  expect(disk.count('datasync')).toBeLessThan(offsets.length);
});
