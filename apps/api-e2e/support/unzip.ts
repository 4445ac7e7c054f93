import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';

/** An entry of a ZIP file, as somebody else's program finds it. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Reads a ZIP file whole, and compares sizes.
 * @throws Error when it is none
 */
export async function readZip(bytes: Buffer): Promise<ZipEntry[]> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, opened) => {
      if (error === null) resolve(opened);
      else reject(error);
    });
  });
  return new Promise((resolve, reject) => {
    const entries: ZipEntry[] = [];
    zip.on('error', reject);
    zip.on('end', () => {
      resolve(entries);
    });
    zip.on('entry', (entry: Entry) => {
      contentOf(zip, entry).then((content) => {
        entries.push({ name: entry.fileName, bytes: content });
        zip.readEntry();
      }, reject);
    });
    zip.readEntry();
  });
}

async function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => {
      if (error === null) resolve(opened);
      else reject(error);
    });
  });
  return buffer(stream);
}
