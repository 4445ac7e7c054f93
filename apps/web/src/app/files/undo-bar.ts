import { ChangeDetectionStrategy, Component, effect, inject, signal } from '@angular/core';
import { Words } from '../language/words.js';
import { Icon } from '../ui/icon.js';
import { Undoing } from './undoing.js';

/** How long the offer stands. Nobody who reads or reaches for it is hurried: then it stands on. */
const STANDS_MS = 10_000;

/** Shows what was done last, and a button that undoes it. It was said aloud already. */
@Component({
  selector: 'stow-undo-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Words],
  template: `
    @if (undoing.offer(); as offer) {
      <div
        class="bar"
        role="region"
        [attr.aria-label]="'files.undo.label' | words"
        (mouseenter)="held.set(true)"
        (mouseleave)="held.set(false)"
        (focusin)="held.set(true)"
        (focusout)="held.set(false)"
        (keydown.escape)="undoing.end()"
      >
        <p>{{ offer.done }}</p>
        @if (offer.undo !== null) {
          <button type="button" class="button" (click)="undoing.undo()">{{ 'files.undo.undo' | words }}</button>
        }
        <button
          type="button"
          class="icon-button"
          [attr.aria-label]="'files.undo.close' | words"
          [title]="'files.undo.close' | words"
          (click)="undoing.end()"
        >
          <stow-icon name="close" />
        </button>
      </div>
    }
  `,
  styleUrl: './undo-bar.scss',
})
export class UndoBar {
  protected readonly undoing = inject(Undoing);
  protected readonly held = signal(false);

  constructor() {
    effect((onCleanup) => {
      const offer = this.undoing.offer();
      // What leaves the page leaves without an event.
      if (offer === null) this.held.set(false);
      if (offer === null || this.held()) return;
      const timer = setTimeout(() => this.undoing.end(), STANDS_MS);
      onCleanup(() => clearTimeout(timer));
    });
  }
}
