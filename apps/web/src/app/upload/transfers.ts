import { Injectable, computed, inject, signal } from '@angular/core';
import type { Transfer, UploadSource } from '@stowage/client';
import type { UploadSummary } from '@stowage/contract';
import { FolderView } from '../files/folder-view.js';
import type { UploadPlace } from '../files/places.js';
import { UPLOADS } from '../session/uploads.js';
import { type DroppedThings, walkDropped } from './dropped-files.js';
import { EmptyFolders } from './empty-folders.js';
import { UploadPasswordKeeper } from './upload-password-keeper.js';
import { UnfinishedMatches } from './unfinished-matches.js';

/** Rows shown at first, and added by each "show more": ten thousand rows would make any browser slow. */
const ROWS = 50;

/** What the page shows of the queue, as signals that change four times a second at most. */
@Injectable({ providedIn: 'root' })
export class Transfers {
  private readonly queue = inject(UPLOADS);
  private readonly matches = inject(UnfinishedMatches);
  private readonly view = inject(FolderView);
  private readonly passwords = inject(UploadPasswordKeeper);
  private readonly emptyFolders = inject(EmptyFolders);
  readonly #version = signal(0);
  readonly #shown = signal(ROWS);
  readonly #searching = signal(0);
  readonly #unreadable = signal(0);

  readonly totals = computed(() => {
    this.#version();
    return this.queue.totals();
  });
  /** The transfers to show, those that need attention first. */
  readonly rows = computed<readonly Transfer[]>(() => {
    this.#version();
    return take(this.queue.transfers(), this.#shown());
  });
  /** How many are listed in all. */
  readonly size = computed(() => {
    this.#version();
    return this.queue.size;
  });
  readonly hidden = computed(() => this.size() - this.rows().length);
  /** True while folders are being read, or what is unfinished is asked for: files are on their way that no row shows yet. */
  readonly searching = computed(() => this.#searching() > 0);
  /** Files and folders of drops that the browser could not read. */
  readonly unreadable = this.#unreadable.asReadonly();

  constructor() {
    this.queue.subscribe(() => this.#version.update((version) => version + 1));
  }

  /** Queues files for the folder that is looked at; those that an unfinished upload may be a part of continue it. */
  async add(files: Iterable<UploadSource>): Promise<void> {
    const sources = Array.from(files, this.into(this.view.place()));
    this.#searching.update((walks) => walks + 1);
    try {
      this.enqueue(this.matches.match(sources, await this.matches.known()));
    } finally {
      this.#searching.update((walks) => walks - 1);
    }
  }

  /** Queues a file as the rest of an unfinished upload, whatever the file is: that is found out before anything is sent. */
  continue({ id, space, path }: UploadSummary, file: File): void {
    this.enqueue([{ name: file.name, space, path, content: file, resume: { uploadId: id } }]);
  }

  /**
   * Queues what was dropped or pasted, as {@link add} does; files in deep folders follow as they are found, and folders
   * without any are made.
   * @param place that of the drop, also for what is found after another folder is looked at
   */
  async addDropped(things: DroppedThings, place = this.view.place()): Promise<void> {
    const intoPlace = this.into(place);
    this.#searching.update((walks) => walks + 1);
    try {
      const known = await this.matches.known();
      for await (const { sources, empty, unreadable } of walkDropped(things)) {
        this.enqueue(this.matches.match(sources.map(intoPlace), known));
        await this.emptyFolders.make(empty, place);
        this.#unreadable.update((sum) => sum + unreadable);
      }
    } finally {
      this.#searching.update((walks) => walks - 1);
    }
  }

  /** Resolves once the server knows. */
  cancel(id: number): Promise<void> {
    return this.queue.cancel(id);
  }

  /** Resolves once the server knows. */
  cancelAll(): Promise<void> {
    return this.queue.cancelAll();
  }

  retry(id: number): void {
    this.passwords.begin();
    this.queue.retry(id);
  }

  /** Queues a failed transfer as a new upload. */
  startOver(id: number): void {
    this.queue.startOver(id);
  }

  retryAllFailed(): void {
    this.passwords.begin();
    this.queue.retryAllFailed();
  }

  clearFinished(): void {
    this.queue.clearFinished();
    this.#shown.set(ROWS);
  }

  showMore(): void {
    this.#shown.update((rows) => rows + ROWS);
  }

  dismissUnreadable(): void {
    this.#unreadable.set(0);
  }

  private into(place: UploadPlace): (source: UploadSource) => UploadSource {
    if (place.folder !== null && place.name !== null) this.passwords.call(place.folder, place.name);
    return into(place);
  }

  private enqueue(sources: readonly UploadSource[]): void {
    this.passwords.begin();
    this.queue.add(sources);
    this.#version.update((version) => version + 1);
  }
}

function into({ space, folder }: UploadPlace): (source: UploadSource) => UploadSource {
  return (source) => ({ ...source, ...(space === null ? {} : { space }), ...(folder === null ? {} : { folder }) });
}

function take<T>(items: Iterable<T>, limit: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length === limit) break;
    taken.push(item);
  }
  return taken;
}
