import { ChangeDetectionStrategy, Component, type ElementRef, input, output, viewChild } from '@angular/core';
import type { PagedList } from './paged-list.js';

/** Reads the next page of a list. */
@Component({
  selector: 'stow-show-more',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'more' },
  template: `
    <button #button type="button" class="button" [attr.aria-busy]="list().loading()" (click)="more()">
      {{ label() }}
    </button>
  `,
})
export class ShowMore {
  readonly list = input.required<PagedList<{ readonly id: string }>>();
  readonly label = input.required<string>();
  /** All is shown, so the button goes, and the focus that is on it needs another place. */
  readonly shown = output();

  private readonly button = viewChild.required<ElementRef<HTMLElement>>('button');

  protected async more(): Promise<void> {
    const list = this.list();
    await list.more();
    if (!list.hasMore() && document.activeElement === this.button().nativeElement) this.shown.emit();
  }
}
