import { Injectable } from '@nestjs/common';
import { ID_PATTERN, type Entry, type SharedEntry, type SharedEntryList } from '@stowage/contract';
import { DataSource } from 'typeorm';
import { parseEntryCursor, type EntrySort } from '../entries/entry-cursor.js';
import { EntryListing } from '../entries/entry-listing.js';
import { entryNotFound } from '../entries/tree-refusals.js';
import { findPlace } from '../entries/tree-walks.js';
import { ZipListing, type ZipEntry } from '../entries/zip-listing.js';
import type { ZipSelection } from '../entries/zip-sender.js';
import type { KnownLink } from '../identity/known-link.js';
import { ProblemError } from '../platform/http/problem-error.js';

/** The one order in which a shared folder is listed. */
const BY_NAME: EntrySort = { by: 'name', direction: 'asc' };

/** What a share leads to, and nothing beside it: looked up anew by every request, as entries may have moved since. */
@Injectable()
export class SharedTree {
  constructor(
    private readonly database: DataSource,
    private readonly listing: EntryListing,
    private readonly zips: ZipListing,
  ) {}

  /**
   * What a share leads to.
   * @throws ProblemError link-target-gone
   */
  async target(link: KnownLink): Promise<SharedEntry> {
    if (link.entry === link.space) {
      const root = await this.listing.folder(link.space);
      if (root !== null) return viewOf(root);
    } else {
      const found = await this.listing.find(link.entry);
      if (found !== null && !found.inTrash && found.entry.space === link.space) return viewOf(found.entry);
    }
    throw new ProblemError('link-target-gone', 'It has been deleted or moved. Ask whoever made the link.');
  }

  /**
   * Finds a file that a share leads to. What is beside it is answered like what is not there.
   * @throws ProblemError file-not-found
   */
  async file(link: KnownLink, id: string): Promise<SharedEntry> {
    const entry = await this.within(link, id);
    if (entry?.kind !== 'file') throw new ProblemError('file-not-found', 'It may have been deleted.');
    return viewOf(entry);
  }

  /**
   * A page of a folder that a share leads to; null for the one that is shared.
   * @throws ProblemError folder-not-found, invalid-request for a cursor of another list
   */
  async page(link: KnownLink, id: string | null, limit: number, cursor: string | null): Promise<SharedEntryList> {
    const wanted = id ?? link.entry;
    const isThere = wanted === link.entry || (await this.within(link, wanted)) !== null;
    const folder = isThere ? await this.listing.folder(wanted) : null;
    if (folder === null || folder.space !== link.space) {
      throw new ProblemError('folder-not-found', 'It may have been deleted.');
    }
    const after = cursor === null ? null : parseEntryCursor(BY_NAME, cursor);
    const { entries, total, next } = await this.listing.page(folder, BY_NAME, limit, after);
    const from = folder.ancestors.findIndex((ancestor) => ancestor.id === link.entry);
    return {
      folder: { id: folder.id, name: folder.name },
      // Above the folder that is shared nobody is told of anything.
      ancestors: from < 0 ? [] : folder.ancestors.slice(from),
      ...{ entries: entries.map(viewOf), total, next },
    };
  }

  /**
   * Entries that a share leads to, for a ZIP file; none: all of it.
   * @throws ProblemError entry-not-found
   */
  async selection(link: KnownLink, ids: readonly string[]): Promise<ZipSelection> {
    const wanted = ids.length === 0 ? [link.entry] : [...new Set(ids)];
    for (const id of wanted) if (id !== link.entry && (await this.within(link, id)) === null) throw entryNotFound();
    const found = new Map<string, ZipEntry>();
    const root = link.entry === link.space && wanted.includes(link.space) ? await this.zips.roots([link.space]) : [];
    for (const entry of [...root, ...(await this.zips.find(wanted))]) found.set(entry.id ?? entry.spaceId, entry);
    const [first, ...others] = wanted.map((id) => {
      const entry = found.get(id);
      // Gone since it was looked for.
      if (entry?.spaceId !== link.space) throw entryNotFound();
      return entry;
    });
    if (first === undefined) throw entryNotFound();
    return [first, ...others];
  }

  private async within(link: KnownLink, id: string): Promise<Entry | null> {
    const found = ID_PATTERN.test(id) ? await this.listing.find(id) : null;
    if (found === null || found.inTrash || found.entry.space !== link.space) return null;
    const { entry } = found;
    if (entry.id === link.entry || link.entry === link.space) return entry;
    const place = entry.parent === null ? null : await findPlace(this.database.manager, entry.parent);
    return place?.line.includes(link.entry) === true && !place.inTrash ? entry : null;
  }
}

function viewOf(entry: Entry): SharedEntry {
  const { kind, id, name, createdAt } = entry;
  if (entry.kind === 'folder') return { kind, id, name, createdAt, size: null, mediaType: null, sha256: null };
  const { size, mediaType, sha256 } = entry;
  return { kind, id, name, createdAt, size, mediaType, sha256 };
}
