import { DOCUMENT, DestroyRef, Injectable, inject, signal } from '@angular/core';
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
  readonly #dragging = signal(false);
  /** Elements that the drag is inside of; entering a child comes before leaving its parent. */
  #depth = 0;

  /** True while files are dragged over the window. */
  readonly dragging = this.#dragging.asReadonly();

  constructor() {
    const { defaultView: window } = inject(DOCUMENT);
    const listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    window?.addEventListener('dragenter', (event) => this.entered(event), options);
    window?.addEventListener('dragover', (event) => this.over(event), options);
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

  private over(event: DragEvent): void {
    if (!holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = this.current.mayUpload() ? 'copy' : 'none';
  }

  private left(event: DragEvent): void {
    if (!holdsFiles(event.dataTransfer)) return;
    this.#depth = Math.max(0, this.#depth - 1);
    if (this.#depth === 0) this.#dragging.set(false);
  }

  private dropped(event: DragEvent): void {
    this.#depth = 0;
    this.#dragging.set(false);
    if (event.dataTransfer === null || !holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.stopPropagation();
    this.take(takeDropped(event.dataTransfer));
  }

  private pasted(event: ClipboardEvent): void {
    if (event.clipboardData === null || !holdsFiles(event.clipboardData) || isTyped(event)) return;
    event.preventDefault();
    this.take(takePasted(event.clipboardData, new Date()));
  }

  private take(things: DroppedThings): void {
    if (this.current.mayUpload()) void this.transfers.addDropped(things);
    else this.announcer.say(say('shell.windowDrop.refused'), 'assertive');
  }
}

/** Text for a field; what was copied from a table has a picture of itself with it. */
function isTyped({ target, clipboardData }: ClipboardEvent): boolean {
  return (
    target instanceof Element &&
    target.matches('input, textarea') &&
    clipboardData?.types.includes('text/plain') === true
  );
}
