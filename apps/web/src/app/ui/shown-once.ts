import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  type ElementRef,
  afterNextRender,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';

/** A secret that has just been made, to be copied. Nobody can look at it again. */
@Component({
  selector: 'stow-shown-once',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', 'aria-labelledby': 'shown-once-title' },
  template: `
    <h3 #title id="shown-once-title" tabindex="-1">{{ what() }} for {{ name() }}</h3>
    <p>{{ note() }}</p>
    <div class="form">
      <div class="field-row">
        <input #text type="text" readonly [attr.aria-label]="what()" [value]="secret()" (focus)="text.select()" />
        <button type="button" class="button primary" (click)="copy()">{{ copied() ? 'Copied' : 'Copy' }}</button>
        <button type="button" class="button" (click)="done.emit()">Done</button>
      </div>
    </div>
    <p class="visually-hidden" role="status">{{ copied() ? 'It is copied.' : '' }}</p>
  `,
  styleUrl: './shown-once.scss',
})
export class ShownOnce {
  /** One word for it. */
  readonly what = input.required<string>();
  /** Whom or what it is for. */
  readonly name = input.required<string>();
  /** What to do with it, in sentences. */
  readonly note = input.required<string>();
  readonly secret = input.required<string>();
  /** It is where it belongs. */
  readonly done = output();

  private readonly window = inject(DOCUMENT).defaultView;
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');
  private readonly text = viewChild.required<ElementRef<HTMLInputElement>>('text');
  protected readonly copied = signal(false);

  constructor() {
    afterNextRender(() => this.title().nativeElement.focus());
  }

  // Without a secure context there is no clipboard: then the text is selected, for the keyboard.
  protected async copy(): Promise<void> {
    const clipboard = this.window?.navigator.clipboard;
    try {
      if (clipboard === undefined) throw new Error('no clipboard');
      await clipboard.writeText(this.secret());
      this.copied.set(true);
    } catch {
      this.text().nativeElement.focus();
      this.text().nativeElement.select();
    }
  }
}
