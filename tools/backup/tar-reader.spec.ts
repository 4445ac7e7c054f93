import { describe, expect, it } from '@jest/globals';
import { tarEntries, type TarEntry } from './tar-reader.mjs';

interface Header {
  readonly name: string;
  readonly type?: string;
  readonly content?: string;
  /** The field itself, in place of the content's size in octal. */
  readonly sizeField?: Buffer;
  readonly prefix?: string;
}

/** One entry as a tar program writes it. */
function entry({ name, type = '0', content = '', sizeField, prefix = '' }: Header): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000600\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  sizeField?.copy(header, 124);
  header.write(type, 156);
  header.write('ustar\u000000', 257);
  header.write(prefix, 345);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const END = Buffer.alloc(1024);

/** An archive in memory that is read like an open file. */
function opened(...parts: Buffer[]): Parameters<typeof tarEntries>[0] {
  const archive = Buffer.concat(parts);
  const read = (buffer: Buffer, offset: number, length: number, position: number) => {
    const bytesRead = archive.subarray(position, position + length).copy(buffer, offset);
    return Promise.resolve({ bytesRead, buffer });
  };
  return { read } as Parameters<typeof tarEntries>[0];
}

async function read(...parts: Buffer[]): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const found of tarEntries(opened(...parts))) entries.push(found);
  return entries;
}

describe('the reader of archives', () => {
  it('gives files, folders and links in order, with the place of their bytes', async () => {
    const found = await read(
      entry({ name: 'PG_VERSION', content: '18\n' }),
      entry({ name: 'base/1/', type: '5' }),
      entry({ name: 'pg_tblspc/16384', type: '2' }),
      entry({ name: '1259', prefix: './base/1', content: 'x'.repeat(513) }),
      END,
    );
    expect(found).toEqual([
      { kind: 'file', name: 'PG_VERSION', size: 3, start: 512 },
      { kind: 'folder', name: 'base/1', size: 0, start: 1536 },
      { kind: 'link', name: 'pg_tblspc/16384', size: 0, start: 2048 },
      { kind: 'file', name: 'base/1/1259', size: 513, start: 2560 },
    ]);
  });

  it('reads sizes that octal digits cannot hold', async () => {
    const sizeField = Buffer.alloc(12);
    sizeField[0] = 0x80;
    sizeField.writeBigUInt64BE(9_000_000_000n, 4);
    const entries = tarEntries(opened(entry({ name: 'large', sizeField })));
    expect((await entries.next()).value).toMatchObject({ size: 9_000_000_000 });
    await expect(entries.next()).rejects.toThrow('cut off');
  });

  it.each([
    ['is cut off', [entry({ name: 'a', content: 'b' })], /cut off/],
    ['is cut off within a header', [entry({ name: 'a' }).subarray(0, 100)], /cut off/],
    ['has a wrong checksum', [entry({ name: 'a' }).fill(1, 0, 1), END], /damaged/],
    ['leads above itself', [entry({ name: 'a/../../b' }), END], /leads out/],
    ['names an absolute path', [entry({ name: '/etc/passwd' }), END], /leads out/],
    ['has a device', [entry({ name: 'a', type: '3' }), END], /no file/],
  ])('refuses an archive that %s', async (_, parts, reason) => {
    await expect(read(...parts)).rejects.toThrow(reason);
  });
});
