import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import type { ZipContent, ZipItem } from './zip-archive.js';
import { ZipListing, type ZipEntry, type ZipFile } from './zip-listing.js';
import { ZipNames } from './zip-names.js';

/** Most files and folders of one ZIP file: until its end each takes some 2 KB, and then all are written in one go. */
export const MAX_ZIP_ENTRIES = 120_000;

/** Goes through a selection and all that is below it, folders before what is in them. */
@Injectable()
export class ZipWalk {
  constructor(
    private readonly listing: ZipListing,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
  ) {}

  /**
   * The items of a selection, in its order. What is moved, added or removed meanwhile may be among them or not.
   * @throws Error when there are more than one ZIP file may have, which was not so when it began
   */
  async *items(selection: readonly ZipEntry[]): AsyncGenerator<ZipItem, void, undefined> {
    const names = new ZipNames();
    let count = 0;
    for (const entry of selection) {
      for await (const item of this.walk(entry, '', names)) {
        if (++count > MAX_ZIP_ENTRIES) throw new Error('Meanwhile there is too much for one ZIP file.');
        yield item;
      }
    }
  }

  /** @param above path of the folder that it is in, with a slash at its end */
  private async *walk(entry: ZipEntry, above: string, names: ZipNames): AsyncGenerator<ZipItem, void, undefined> {
    const path = above + names.take(entry.name);
    if (entry.kind === 'file') {
      yield { path, modifiedAt: entry.createdAt, content: this.contentOf(entry) };
      return;
    }
    yield { path: `${path}/`, modifiedAt: entry.createdAt, content: null };
    const inside = new ZipNames();
    for await (const child of this.listing.inFolder(entry)) yield* this.walk(child, `${path}/`, inside);
  }

  private contentOf({ id, blob, size }: ZipFile): ZipContent {
    return {
      size,
      open: async () => {
        // The store reads at least one byte.
        if (size === 0) return Readable.from([]);
        try {
          return await this.store.read(blob, { start: 0, end: size });
        } catch (error) {
          // Removed since its folder was read: then it belongs to the ZIP file as little as what was never there.
          if (!(await this.listing.has(id))) return null;
          throw error;
        }
      },
    };
  }
}
