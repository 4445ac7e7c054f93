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
import { Words } from '../language/words.js';

/** A secret that has just been made, to be copied. Nobody can look at it again. */
@Component({
  selector: 'stow-shown-once',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  host: { role: 'group', 'aria-labelledby': 'shown-once-title' },
  template: `
    <h3 #heading id="shown-once-title" tabindex="-1">{{ title() }}</h3>
    <p>{{ note() }}</p>
    <div class="form">
      <div class="field-row">
        <input #text type="text" readonly [attr.aria-label]="what()" [value]="secret()" (focus)="text.select()" />
        <button type="button" class="button primary" (click)="copy()">
          {{ (copied() ? 'ui.shownOnce.copied' : 'ui.shownOnce.copy') | words }}
        </button>
        <button type="button" class="button" (click)="done.emit()">{{ 'ui.shownOnce.done' | words }}</button>
      </div>
    </div>
    <p class="visually-hidden" role="status">
      @if (copied()) {
        {{ 'ui.shownOnce.isCopied' | words }}
      }
    </p>
  `,
  styleUrl: './shown-once.scss',
})
export class ShownOnce {
  /** One word for it. */
  readonly what = input.required<string>();
  /** What it is and whom or what it is for. */
  readonly title = input.required<string>();
  /** What to do with it, in sentences. */
  readonly note = input.required<string>();
  readonly secret = input.required<string>();
  /** It is where it belongs. */
  readonly done = output();

  private readonly window = inject(DOCUMENT).defaultView;
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  private readonly text = viewChild.required<ElementRef<HTMLInputElement>>('text');
  protected readonly copied = signal(false);

  constructor() {
    afterNextRender(() => this.heading().nativeElement.focus());
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
