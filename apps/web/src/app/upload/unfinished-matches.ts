import { Injectable, inject } from '@angular/core';
import type { UploadSource } from '@stowage/client';
import { type UploadSummary, nameKey } from '@stowage/contract';
import { API } from '../session/server.js';
import { UPLOADS } from '../session/uploads.js';
import { UnfinishedUploads } from './unfinished-uploads.js';

/** Files wait no longer than this for the list of what is unfinished; then what the page shows has to do. */
const PATIENCE_MS = 3_000;
const PAGE_SIZE = 200;
/** Unfinished uploads that are looked at, newest first. */
const MOST = 2_000;

/** Finds the unfinished uploads that files may be the rest of. Whether they are is found out by comparing bytes. */
@Injectable({ providedIn: 'root' })
export class UnfinishedMatches {
  private readonly api = inject(API);
  private readonly queue = inject(UPLOADS);
  private readonly shown = inject(UnfinishedUploads).list;

  /** What is unfinished now, newest first; what the page last read, if the server does not say in time. Never rejects. */
  async known(): Promise<readonly UploadSummary[]> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), PATIENCE_MS)));
    const asked = this.ask().catch(() => null);
    const known = await Promise.race([asked, late]);
    clearTimeout(timer);
    return known ?? this.shown.items();
  }

  /**
   * Marks the files whose folder, name and size are those of an unfinished upload which nobody is sending. One
   * that holds nothing yet has nothing to continue.
   */
  match(sources: Iterable<UploadSource>, known: readonly UploadSummary[]): UploadSource[] {
    const open = new Map<string, string>();
    for (const { id, folder, name, path, length, state, reason, received, active } of known) {
      if (state !== 'receiving' || length === null || reason !== undefined) continue;
      if (received === 0 || active || this.queue.isOwn(id)) continue;
      const key = keyOf(folder, name, path, length);
      // The newest comes first.
      if (!open.has(key)) open.set(key, id);
    }
    if (open.size === 0) return Array.from(sources);
    return Array.from(sources, (source) => {
      const key = keyOf(source.folder ?? source.space ?? '', source.name, source.path, source.content.size);
      const uploadId = open.get(key);
      if (uploadId === undefined || source.resume !== undefined) return source;
      open.delete(key);
      return { ...source, resume: { uploadId } };
    });
  }

  private async ask(): Promise<readonly UploadSummary[]> {
    const found: UploadSummary[] = [];
    let cursor: string | null = null;
    do {
      const page = await this.api.listUploads({ states: ['receiving'], limit: PAGE_SIZE, cursor });
      found.push(...page.uploads);
      cursor = page.next;
    } while (cursor !== null && found.length < MOST);
    return found;
  }
}

function keyOf(folder: string, name: string, path: string, size: number): string {
  return `${folder} ${size} ${nameKey(`${path}/${name}`)}`;
}
