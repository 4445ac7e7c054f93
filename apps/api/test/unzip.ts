import type { Readable } from 'node:stream';
import { fromBuffer, open, type Entry, type ZipFile } from 'yauzl';
import { readAll } from './bytes.js';

/** An entry of a ZIP file, as somebody else's program finds it. */
export interface Unpacked {
  readonly name: string;
  readonly size: number;
  readonly offset: number;
  readonly mode: number;
  readonly modifiedAt: Date;
  /** Reads its bytes; their length and CRC are compared. */
  readonly read: () => Promise<Buffer>;
}

const OPTIONS = { lazyEntries: true, autoClose: false } as const;

/** Opens a ZIP file that is in memory. */
export function unzip(bytes: Buffer): Promise<Unpacked[]> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, OPTIONS, (error, zip) => {
      if (error !== null) reject(error);
      else entriesOf(zip).then(resolve, reject);
    });
  });
}

/** Opens one on the disk; `close` when it has been looked at. */
export function unzipFile(path: string): Promise<{ readonly entries: Unpacked[]; readonly close: () => void }> {
  return new Promise((resolve, reject) => {
    open(path, OPTIONS, (error, zip) => {
      if (error !== null) {
        reject(error);
        return;
      }
      entriesOf(zip).then((entries) => {
        resolve({
          entries,
          close: () => {
            zip.close();
          },
        });
      }, reject);
    });
  });
}

function entriesOf(zip: ZipFile): Promise<Unpacked[]> {
  return new Promise((resolve, reject) => {
    const entries: Unpacked[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(unpacked(zip, entry));
      zip.readEntry();
    });
    zip.on('end', () => {
      resolve(entries);
    });
    zip.on('error', reject);
    zip.readEntry();
  });
}

function unpacked(zip: ZipFile, entry: Entry): Unpacked {
  return {
    name: entry.fileName,
    size: entry.uncompressedSize,
    offset: entry.relativeOffsetOfLocalHeader,
    mode: entry.externalFileAttributes >>> 16,
    modifiedAt: entry.getLastModDate(),
    read: () =>
      new Promise<Readable>((resolve, reject) => {
        zip.openReadStream(entry, (error, stream) => {
          if (error !== null) reject(error);
          else resolve(stream);
        });
      }).then(readAll),
  };
}
