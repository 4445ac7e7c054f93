import { DOCUMENT, type DestroyRef, Injectable, inject, signal } from '@angular/core';
import { CurrentSpace } from '../spaces/current-space.js';
import { EntryActions } from './entry-actions.js';
import { FileQuestions } from './file-questions.js';
import { Undoing } from './undoing.js';

const KEPT_AS = 'stowage.shortcuts';

/**
 * Keys that do something wherever the focus is on a page of files. Those of a single character can be turned off, since
 * speech input types them by mistake (WCAG 2.1.4); in the list itself keys always work.
 */
@Injectable({ providedIn: 'root' })
export class Shortcuts {
  private readonly document = inject(DOCUMENT);
  private readonly current = inject(CurrentSpace);
  private readonly actions = inject(EntryActions);
  private readonly questions = inject(FileQuestions);
  private readonly undoing = inject(Undoing);
  readonly #single = signal(this.remembered());

  /** True while keys of a single character work. */
  readonly single = this.#single.asReadonly();

  /** Listens as long as a page is there. */
  listen(page: DestroyRef): void {
    const pressed = (event: KeyboardEvent): void => this.pressed(event);
    this.document.addEventListener('keydown', pressed);
    page.onDestroy(() => this.document.removeEventListener('keydown', pressed));
  }

  turn(single: boolean): void {
    this.#single.set(single);
    try {
      this.document.defaultView?.localStorage.setItem(KEPT_AS, single ? 'on' : 'off');
    } catch {
      // A browser that keeps nothing is asked again next time.
    }
  }

  private pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || isTaken(event.target) || this.hasDialog()) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === 'z' && !event.shiftKey && (this.undoing.offer()?.undo ?? null) !== null) {
        event.preventDefault();
        this.undoing.undo();
      }
      return;
    }
    if (!this.#single()) return;
    if (event.key === '?') this.take(event, () => this.questions.showShortcuts());
    if (!this.current.mayUpload()) return;
    if (event.key === 'n') this.take(event, () => this.actions.newFolder());
    if (event.key === 'u') this.take(event, () => this.press('[data-shortcut="u"]'));
    if (event.key === 'U') this.take(event, () => this.press('[data-shortcut="U"]'));
  }

  private take(event: Event, does: () => void): void {
    event.preventDefault();
    does();
  }

  private press(selector: string): void {
    this.document.querySelector<HTMLElement>(selector)?.click();
  }

  private hasDialog(): boolean {
    return this.document.querySelector('dialog[open], .cdk-overlay-pane .mat-mdc-menu-panel') !== null;
  }

  private remembered(): boolean {
    try {
      return this.document.defaultView?.localStorage.getItem(KEPT_AS) !== 'off';
    } catch {
      return true;
    }
  }
}

/** True where keys are text. */
function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio])');
}
