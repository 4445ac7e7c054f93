import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { Language } from '../language/language.js';
import { LANGUAGES, isLanguage } from '../language/languages.js';
import { Words } from '../language/words.js';

/** The choice of the language, for those who have no settings. It is the one of the portal, in the same browser. */
@Component({
  selector: 'stow-language-choice',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Words],
  template: `
    <select
      #select
      name="language"
      autocomplete="off"
      [attr.aria-label]="'held.language.label' | words"
      [attr.aria-describedby]="failed() ? 'language-failed' : null"
      (change)="chosen(select)"
    >
      @for (choice of languages; track choice.code) {
        <option [value]="choice.code" [lang]="choice.code" [selected]="choice.code === language.spoken()">
          {{ choice.name }}
        </option>
      }
    </select>
    <span id="language-failed" role="alert">
      @if (failed()) {
        {{ 'held.language.failed' | words }}
      }
    </span>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex-wrap: wrap;
      gap: 0.25rem 0.5rem;
      align-items: center;
    }

    span {
      color: var(--danger);
      font-size: 0.875rem;
    }
  `,
})
export class LanguageChoice {
  protected readonly language = inject(Language);
  protected readonly languages = Object.entries(LANGUAGES).map(([code, name]) => ({ code, name }));
  protected readonly failed = signal(false);

  // What is chosen in the field is what the page speaks, also after a language that could not be had.
  protected async chosen(select: HTMLSelectElement): Promise<void> {
    if (!isLanguage(select.value)) return;
    this.failed.set(false);
    try {
      await this.language.choose(select.value);
    } catch {
      select.value = this.language.spoken();
      this.failed.set(true);
    }
  }
}
