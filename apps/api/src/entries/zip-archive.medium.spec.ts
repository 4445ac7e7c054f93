import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { bytesOf, readAll } from '../../test/bytes.js';
import { until } from '../../test/sending.js';
import { removeFolder, temporaryFolder } from '../../test/test-storage.js';
import { unzip, unzipFile } from '../../test/unzip.js';
import { zipOf, type ZipItem } from './zip-archive.js';

/* Real: the disk, and somebody else's program that reads ZIP files. The bytes are made up. */

const AT = new Date('2026-03-04T05:06:08.000Z');

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => removeFolder(folder));

async function* all(...items: readonly ZipItem[]): AsyncGenerator<ZipItem> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

const folderItem = (path: string): ZipItem => ({ path, modifiedAt: AT, content: null });

function fileItem(path: string, bytes: Buffer, size = bytes.length): ZipItem {
  const open = () => Promise.resolve(Readable.from(bytes.length === 0 ? [] : [bytes]));
  return { path, modifiedAt: AT, content: { size, open } };
}

/** The fault that a ZIP file ends with. */
async function faultOf(zip: Readable): Promise<{ readonly fault: string; readonly bytes: Buffer }> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of zip) pieces.push(piece as Buffer);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : '', bytes: Buffer.concat(pieces) };
  }
  throw new Error('The ZIP file is whole.');
}

describe('a ZIP file', () => {
  it('has what was put into it, byte for byte', async () => {
    const [first, second] = [bytesOf(300_000), bytesOf(1)];
    const items = [
      folderItem('films/'),
      fileItem('films/名前 é.mov', first),
      folderItem('films/empty/'),
      fileItem('films/nothing', Buffer.alloc(0)),
      fileItem('last', second),
    ];
    const entries = await unzip(await readAll(zipOf(all(...items))));
    expect(entries.map(({ name }) => name)).toEqual(items.map(({ path }) => path));
    expect(await Promise.all(entries.map(({ read }) => read()))).toEqual([
      ...[Buffer.alloc(0), first, Buffer.alloc(0), Buffer.alloc(0), second],
    ]);
    expect(entries.map(({ mode }) => mode.toString(8))).toEqual(['40755', '100644', '40755', '100644', '100644']);
    expect(new Set(entries.map(({ modifiedAt }) => modifiedAt.toISOString()))).toEqual(new Set([AT.toISOString()]));
  });

  it('of nothing is empty', async () => {
    expect(await unzip(await readAll(zipOf(all())))).toEqual([]);
  });

  it('leaves out what is not there any more when its turn comes', async () => {
    const gone: ZipItem = { path: 'gone', modifiedAt: AT, content: { size: 5, open: () => Promise.resolve(null) } };
    const entries = await unzip(await readAll(zipOf(all(fileItem('a', bytesOf(5)), gone, fileItem('b', bytesOf(5))))));
    expect(entries.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('a ZIP file of more than 65,535 entries', () => {
  it('has all of them, and no time is lost on looking through them', async () => {
    const count = 70_000;
    async function* many(): AsyncGenerator<ZipItem> {
      for (let index = 0; index < count; index++) {
        yield await Promise.resolve(
          index % 10 === 9 ? fileItem(`file ${index}`, Buffer.from(`${index}`)) : folderItem(`folder ${index}/`),
        );
      }
    }
    const bytes = await readAll(zipOf(many()));
    const entries = await unzip(bytes);
    expect(entries).toHaveLength(count);
    expect(new Set(entries.map(({ name }) => name)).size).toBe(count);
    expect((await entries.at(-1)?.read())?.toString()).toBe(`${count - 1}`);
  }, 120_000);
});

describe('a ZIP file of more than 4 GiB', () => {
  const zeros = Buffer.alloc(1024 * 1024);

  it('has files of more than 4 GiB, and files behind them', async () => {
    const size = 2 ** 32 + 12_345;
    function* content(): Generator<Buffer> {
      for (let left = size; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
    }
    const large: ZipItem = {
      ...{ path: 'large', modifiedAt: AT },
      content: { size, open: () => Promise.resolve(Readable.from(content())) },
    };
    const small = bytesOf(1000);
    const path = join(folder, 'large.zip');
    await keepSparse(zipOf(all(large, fileItem('small', small), folderItem('folder/'))), path);
    const { entries, close } = await unzipFile(path);
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ...[
        ['large', size],
        ['small', small.length],
        ['folder/', 0],
      ],
    ]);
    expect(entries[1]?.offset).toBeGreaterThan(size);
    expect(await entries[1]?.read()).toEqual(small);
    close();
  }, 600_000);

  /** Writes a stream to the disk, without the pieces that are nothing but zeros. */
  async function keepSparse(stream: Readable, path: string): Promise<void> {
    const file = await open(path, 'w');
    let at = 0;
    for await (const piece of stream as AsyncIterable<Buffer>) {
      if (!zeros.subarray(0, piece.length).equals(piece)) await file.write(piece, 0, piece.length, at);
      at += piece.length;
    }
    await file.truncate(at);
    await file.close();
  }
});

describe('a ZIP file that cannot become whole', () => {
  const before = fileItem('before', bytesOf(50_000));

  it.each<[string, ZipItem, string]>([
    ['cannot be opened', broken(() => Promise.reject(new Error('no such bytes'))), 'no such bytes'],
    ['cannot be read to its end', broken(() => Promise.resolve(Readable.from(failing()))), 'the disk is gone'],
    ['is shorter than it should be', fileItem('short', bytesOf(99), 100), 'unexpected number of bytes'],
    ['is longer than it should be', fileItem('long', bytesOf(101), 100), 'unexpected number of bytes'],
    ['is closed in the middle', broken(() => Promise.resolve(closing())), 'ended too early'],
    ['has a path that leads elsewhere', fileItem('../etc/passwd', bytesOf(10)), 'invalid relative path'],
  ])('ends before its central directory when a file %s', async (_, item, message) => {
    const { fault, bytes } = await faultOf(zipOf(all(before, item, fileItem('behind', bytesOf(10)))));
    expect(fault).toContain(message);
    await expect(unzip(bytes)).rejects.toThrow();
  });

  it('does so when the items end in a fault', async () => {
    async function* items(): AsyncGenerator<ZipItem> {
      yield await Promise.resolve(before);
      throw new Error('the database is away');
    }
    const { fault, bytes } = await faultOf(zipOf(items()));
    expect(fault).toBe('the database is away');
    await expect(unzip(bytes)).rejects.toThrow();
  });

  function broken(open: () => Promise<Readable>): ZipItem {
    return { path: 'broken', modifiedAt: AT, content: { size: 100_000, open } };
  }

  async function* failing(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(bytesOf(50_000));
    throw new Error('the disk is gone');
  }

  function closing(): Readable {
    const stream = new Readable({ read: () => undefined });
    stream.push(bytesOf(50_000));
    stream.once('resume', () => setImmediate(() => stream.destroy()));
    return stream;
  }
});

describe('somebody who does not read', () => {
  it('makes it wait, with hardly anything open', async () => {
    let [opened, closed] = [0, 0];
    const item = (path: string): ZipItem => ({
      ...{ path, modifiedAt: AT },
      content: {
        size: 100_000,
        open: () => {
          opened++;
          const stream = Readable.from([bytesOf(50_000), bytesOf(50_000)]);
          stream.once('close', () => closed++);
          return Promise.resolve(stream);
        },
      },
    });
    let asked = 0;
    async function* endless(): AsyncGenerator<ZipItem> {
      for (;;) yield await Promise.resolve(item(`file ${asked++}`));
    }
    const zip = zipOf(endless());
    const reader = zip[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    let taken = 0;
    while (taken < 1_000_000) {
      const { value } = (await reader.next()) as IteratorYieldResult<Buffer>;
      taken += value.length;
    }
    // All that goes on without being read has gone on when nothing has changed for many turns.
    for (let still = 0, seen = asked; still < 200; still++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (seen !== asked) [still, seen] = [0, asked];
    }
    expect(asked).toBeLessThan(taken / 100_000 + 10);
    expect(opened - closed).toBeLessThanOrEqual(2);
    zip.destroy();
    await until(() => opened === closed);
    const then = opened;
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([opened, closed]).toEqual([then, then]);
  });

  it('of very many folders holds back what is not read', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<ZipItem> {
      for (;;) yield await Promise.resolve(folderItem(`folder ${asked++}/`));
    }
    const zip = zipOf(endless());
    for (let still = 0, seen = -1; still < 200; still++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (seen !== asked) [still, seen] = [0, asked];
    }
    expect(asked).toBeLessThan(5_000);
    zip.destroy();
    await until(() => zip.closed);
  });
});

describe('the checksums of a ZIP file', () => {
  it('are those of the bytes', async () => {
    const bytes = bytesOf(200_000);
    const zip = await readAll(zipOf(all(fileItem('a', bytes))));
    const expected = Buffer.alloc(4);
    expected.writeUInt32LE(crc32(bytes));
    // In the central directory, sixteen bytes behind its signature.
    const directory = zip.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
    expect(zip.subarray(directory + 16, directory + 20)).toEqual(expected);
  });
});
