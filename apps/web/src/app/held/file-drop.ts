import { DOCUMENT, DestroyRef, Injectable, inject, signal } from '@angular/core';
import { type DroppedThings, holdsFiles, takeDropped } from '../upload/dropped-files.js';

/** Takes files that are dropped anywhere on the window, so that a drop beside the surface does not leave the page. */
@Injectable()
export class FileDrop {
  readonly #dragging = signal(false);
  #depth = 0;
  #take: ((things: DroppedThings) => void) | null = null;

  /** True while files are dragged over the window. */
  readonly dragging = this.#dragging.asReadonly();

  constructor() {
    const { defaultView: window } = inject(DOCUMENT);
    const listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    window?.addEventListener('dragenter', (event) => this.moved(event, 1), options);
    window?.addEventListener('dragleave', (event) => this.moved(event, -1), options);
    window?.addEventListener('dragover', (event) => this.hovers(event), options);
    window?.addEventListener('drop', (event) => this.dropped(event), options);
    inject(DestroyRef).onDestroy(() => listening.abort());
  }

  /** Says who takes what is dropped. */
  listen(take: (things: DroppedThings) => void): void {
    this.#take = take;
  }

  private moved(event: DragEvent, by: 1 | -1): void {
    if (!holdsFiles(event.dataTransfer)) return;
    this.#depth = Math.max(0, this.#depth + by);
    this.#dragging.set(this.#depth > 0);
  }

  private hovers(event: DragEvent): void {
    if (!holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
  }

  private dropped(event: DragEvent): void {
    this.#depth = 0;
    this.#dragging.set(false);
    if (event.dataTransfer === null || !holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    this.#take?.(takeDropped(event.dataTransfer));
  }
}
