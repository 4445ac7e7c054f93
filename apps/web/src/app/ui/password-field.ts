import { ChangeDetectionStrategy, Component, type ElementRef, input, signal, viewChild } from '@angular/core';
import { Words } from '../language/words.js';

/** A password that can be looked at while it is typed. Stands in a `.form`. */
@Component({
  selector: 'stow-password-field',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  host: { class: 'field' },
  template: `
    <label [for]="name()">{{ label() }}</label>
    <div class="field-row">
      <input
        #input
        [id]="name()"
        [name]="name()"
        [type]="shown() ? 'text' : 'password'"
        [attr.autocomplete]="kind() + '-password'"
        autocapitalize="none"
        spellcheck="false"
        [required]="!optional()"
        [attr.aria-invalid]="fault() !== ''"
        [attr.aria-describedby]="describedBy()"
      />
      <button
        type="button"
        class="button"
        [attr.aria-pressed]="shown()"
        [attr.aria-label]="'ui.password.showOf' | words: { label: label() }"
        (click)="shown.set(!shown())"
      >
        {{ 'ui.password.show' | words }}
      </button>
    </div>
    @if (hint() !== '') {
      <p class="hint" [id]="name() + '-hint'">{{ hint() }}</p>
    }
    @if (fault() !== '') {
      <p class="field-fault" role="alert" [id]="name() + '-fault'">{{ fault() }}</p>
    }
  `,
  styles: `
    :host {
      display: block;
    }

    .button[aria-pressed='true'] {
      border-color: var(--accent);
      background: var(--accent-soft);
    }
  `,
})
export class PasswordField {
  /** Unique on the page. */
  readonly name = input.required<string>();
  readonly label = input.required<string>();
  /** What a password manager does with it. */
  readonly kind = input<'current' | 'new'>('current');
  readonly hint = input('');
  /** True where it can be left empty. */
  readonly optional = input(false);
  /** Why it was refused; empty when it was not. */
  readonly fault = input('');

  protected readonly shown = signal(false);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('input');

  /** What was typed, exactly. */
  get text(): string {
    return this.field().nativeElement.value;
  }

  /** Forgets it, and hides the next one. */
  clear(): void {
    this.field().nativeElement.value = '';
    this.shown.set(false);
  }

  /** For whoever has to type it again. */
  select(): void {
    this.field().nativeElement.focus();
    this.field().nativeElement.select();
  }

  protected describedBy(): string | null {
    const parts = [this.hint() === '' ? '' : `${this.name()}-hint`, this.fault() === '' ? '' : `${this.name()}-fault`];
    return parts.filter((part) => part !== '').join(' ') || null;
  }
}
