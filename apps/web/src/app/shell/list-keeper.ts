import { DOCUMENT, DestroyRef, Injectable, effect, inject, untracked } from '@angular/core';
import type { UploadSummary } from '@stowage/contract';
import { FolderView } from '../files/folder-view.js';
import { Operations } from '../files/operations.js';
import { Connection } from '../session/connection.js';
import { UPLOADS } from '../session/uploads.js';
import { Session } from '../session/session.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Spaces } from '../spaces/spaces.js';
import { UnfinishedUploads } from '../upload/unfinished-uploads.js';

/** After uploads complete, the list of files is read this often at most. */
const REFRESH_INTERVAL_MS = 2_000;
/** How often a list is read in which the server is still busy. */
const BUSY_INTERVAL_MS = 5_000;

/** Reads the server's lists when something they show has probably changed. */
@Injectable({ providedIn: 'root' })
export class ListKeeper {
  private readonly document = inject(DOCUMENT);
  private readonly files = inject(FolderView).rows;
  private readonly operations = inject(Operations);
  private readonly spaces = inject(Spaces).list;
  private readonly current = inject(CurrentSpace);
  private readonly unfinished = inject(UnfinishedUploads).list;
  private readonly queue = inject(UPLOADS);
  private readonly connection = inject(Connection);
  #filesTimer: ReturnType<typeof setTimeout> | undefined;
  #busyTimer: ReturnType<typeof setTimeout> | undefined;
  #filesReadAt = -Infinity;

  constructor() {
    this.queue.subscribe(({ settled }) => {
      const complete = settled.filter(({ snapshot }) => snapshot.state === 'complete');
      if (complete.length > 0) this.refreshFilesSoon();
      for (const { snapshot } of complete) if (snapshot.uploadId !== null) this.unfinished.remove(snapshot.uploadId);
      if (settled.some(({ snapshot, continues }) => snapshot.state === 'failed' && continues)) {
        void this.unfinished.refresh();
      }
    });
    effect(() => {
      if (this.connection.state() === 'online') untracked(() => this.refreshAll());
    });
    this.startOverAfterSignOut();
    effect(() => {
      this.unfinished.items();
      this.watchBusy();
    });
    const seen = (): void => {
      if (this.document.visibilityState === 'visible') this.refreshAll();
    };
    this.document.addEventListener('visibilitychange', seen);
    inject(DestroyRef).onDestroy(() => {
      this.document.removeEventListener('visibilitychange', seen);
      clearTimeout(this.#filesTimer);
      clearTimeout(this.#busyTimer);
    });
  }

  /** Reads all lists. */
  refreshAll(): void {
    this.#filesReadAt = performance.now();
    void this.spaces.refresh();
    void this.files.refresh();
    void this.unfinished.refresh();
    // What runs goes on without being looked at.
    this.operations.find().catch(() => undefined);
  }

  // Nothing of what was read is for the next person, who has to sign in before anything is read again.
  private startOverAfterSignOut(): void {
    const session = inject(Session);
    let wasKnown = session.who() !== null;
    effect(() => {
      const isKnown = session.who() !== null;
      const left = wasKnown && !isKnown;
      wasKnown = isKnown;
      if (left) untracked(() => this.startOver());
    });
  }

  private startOver(): void {
    this.files.clear();
    this.spaces.clear();
    this.current.clear();
    this.unfinished.clear();
    this.refreshAll();
  }

  private refreshFilesSoon(): void {
    if (this.#filesTimer !== undefined) return;
    const wait = Math.max(0, this.#filesReadAt + REFRESH_INTERVAL_MS - performance.now());
    this.#filesTimer = setTimeout(() => {
      this.#filesTimer = undefined;
      this.#filesReadAt = performance.now();
      void this.files.refresh();
    }, wait);
  }

  // While an upload of others moves on, so does the list; a reading that failed is no reason to look away.
  private watchBusy(): void {
    clearTimeout(this.#busyTimer);
    const moves = ({ id, state, active }: UploadSummary) => state === 'completing' || (active && !this.queue.isOwn(id));
    if (!this.unfinished.items().some(moves)) return;
    this.#busyTimer = setTimeout(() => {
      void Promise.all([this.unfinished.refresh(), this.files.refresh()]).then(() => this.watchBusy());
    }, BUSY_INTERVAL_MS);
  }
}
