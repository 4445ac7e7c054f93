import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  DestroyRef,
  type ElementRef,
  afterNextRender,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';

/** Makes ids of headings differ where one dialog stands on another. */
let made = 0;

/** A dialog that is open as long as it is there. Escape leaves it; what is marked with `data-first` has the focus at first. */
@Component({
  selector: 'stow-modal-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <dialog
      #dialog
      class="dialog"
      [class.wide]="wide()"
      [attr.aria-labelledby]="id"
      (close)="leave.emit()"
      (cancel)="cancel($event)"
    >
      <h2 [id]="id">{{ name() }}</h2>
      <ng-content />
    </dialog>
  `,
})
export class ModalDialog {
  /** Its heading. */
  readonly name = input.required<string>();
  /** For more than a question. */
  readonly wide = input(false);
  readonly leave = output();
  protected readonly id = `dialog-title-${++made}`;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  constructor() {
    const document = inject(DOCUMENT);
    let before: Element | null = null;
    afterNextRender(() => {
      before = document.activeElement;
      const dialog = this.dialog().nativeElement;
      dialog.showModal();
      dialog.querySelector<HTMLElement>('[data-first]')?.focus();
    });
    // A dialog that is taken away, instead of being closed, gives the focus back to nobody.
    inject(DestroyRef).onDestroy(() => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
  }

  // Whoever holds the question takes the dialog away, or nobody does.
  protected cancel(event: Event): void {
    event.preventDefault();
    this.leave.emit();
  }
}
