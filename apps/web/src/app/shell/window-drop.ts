import { DOCUMENT, DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import { FolderView } from '../files/folder-view.js';
import { type UploadPlace, placeOf } from '../files/places.js';
import { say } from '../language/say.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { type DroppedThings, holdsFiles, takeDropped } from '../upload/dropped-files.js';
import { takePasted } from '../upload/pasted-files.js';
import { Transfers } from '../upload/transfers.js';
import { Announcer } from './announcer.js';

/**
 * Takes files that are dropped anywhere on the window, or pasted. It listens before anybody else, so that a drop beside
 * the surface does not make the browser leave the page.
 */
@Injectable({ providedIn: 'root' })
export class WindowDrop {
  private readonly transfers = inject(Transfers);
  private readonly current = inject(CurrentSpace);
  private readonly announcer = inject(Announcer);
  private readonly view = inject(FolderView);
  readonly #dragging = signal(false);
  readonly #over = signal<string | null>(null);
  /** Elements that the drag is inside of; entering a child comes before leaving its parent. */
  #depth = 0;

  /** True while files are dragged over the window. */
  readonly dragging = this.#dragging.asReadonly();
  /** Id of the folder in the list, or above it, that files are dragged over; null beside all of them. */
  readonly over = this.#over.asReadonly();
  /** Where what is dropped now goes. */
  readonly place = computed<UploadPlace>(() => this.placeAt(this.#over()) ?? this.view.place());

  constructor() {
    const { defaultView: window } = inject(DOCUMENT);
    const listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    window?.addEventListener('dragenter', (event) => this.entered(event), options);
    window?.addEventListener('dragover', (event) => this.hovers(event), options);
    window?.addEventListener('dragleave', (event) => this.left(event), options);
    window?.addEventListener('drop', (event) => this.dropped(event), options);
    window?.addEventListener('paste', (event) => this.pasted(event), { signal: listening.signal });
    inject(DestroyRef).onDestroy(() => listening.abort());
  }

  private entered(event: DragEvent): void {
    if (!holdsFiles(event.dataTransfer)) return;
    this.#depth += 1;
    this.#dragging.set(true);
  }

  private hovers(event: DragEvent): void {
    if (!holdsFiles(event.dataTransfer)) return;
    this.#over.set(folderAt(event.target));
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = this.current.mayUpload() ? 'copy' : 'none';
  }

  private left(event: DragEvent): void {
    if (!holdsFiles(event.dataTransfer)) return;
    this.#depth = Math.max(0, this.#depth - 1);
    if (this.#depth > 0) return;
    this.#dragging.set(false);
    this.#over.set(null);
  }

  private dropped(event: DragEvent): void {
    this.#depth = 0;
    this.#dragging.set(false);
    const place = this.placeAt(folderAt(event.target)) ?? this.view.place();
    this.#over.set(null);
    if (event.dataTransfer === null || !holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.stopPropagation();
    this.take(takeDropped(event.dataTransfer), place);
  }

  private pasted(event: ClipboardEvent): void {
    if (event.clipboardData === null || !holdsFiles(event.clipboardData) || isTyped(event)) return;
    event.preventDefault();
    this.take(takePasted(event.clipboardData, new Date()), this.view.place());
  }

  // A folder above the one that is shown is known by its id and name only.
  private placeAt(id: string | null): UploadPlace | null {
    if (id === null) return null;
    const inside = this.view.rows.items().find((entry) => entry.id === id);
    if (inside?.kind === 'folder') return placeOf(inside);
    const folder = this.view.folder();
    const above = folder?.ancestors ?? [];
    const index = above.findIndex((ancestor) => ancestor.id === id);
    if (folder === null || index === -1) return null;
    const way = above.slice(1, index + 1).map(({ name }) => name);
    return { space: folder.space, folder: index === 0 ? null : id, path: way.join('/'), name: way.at(-1) ?? null };
  }

  private take(things: DroppedThings, place: UploadPlace): void {
    if (this.current.mayUpload()) void this.transfers.addDropped(things, place);
    else this.announcer.say(say('shell.windowDrop.refused'), 'assertive');
  }
}

function folderAt(target: EventTarget | null): string | null {
  if (!(target instanceof Element)) return null;
  return target.closest('[data-drop-folder]')?.getAttribute('data-drop-folder') ?? null;
}

/** Text for a field; what was copied from a table has a picture of itself with it. */
function isTyped({ target, clipboardData }: ClipboardEvent): boolean {
  return (
    target instanceof Element &&
    target.matches('input, textarea') &&
    clipboardData?.types.includes('text/plain') === true
  );
}
