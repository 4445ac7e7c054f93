import { DOCUMENT, DestroyRef, Injectable, inject } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import { firstValueFrom } from 'rxjs';
import { FALLBACK, type LanguageCode, firstLanguage, isLanguage } from './languages.js';
import { language, speak } from './spoken.js';

/** Where a choice is kept, in this browser. */
const KEPT_AS = 'stowage.language';

/** Which language the page speaks, and the choice of it. */
@Injectable({ providedIn: 'root' })
export class Language {
  private readonly transloco = inject(TranslocoService);
  private readonly document = inject(DOCUMENT);
  private readonly window = this.document.defaultView;
  #latest = 0;

  readonly spoken = language;

  constructor() {
    const chosenElsewhere = ({ key, newValue }: StorageEvent): void => {
      if (key === KEPT_AS && isLanguage(newValue)) this.turnTo(newValue).catch(() => undefined);
    };
    this.window?.addEventListener('storage', chosenElsewhere);
    inject(DestroyRef).onDestroy(() => this.window?.removeEventListener('storage', chosenElsewhere));
  }

  /** Fetches the words of the language to begin with. Nothing is shown before. */
  async begin(): Promise<void> {
    const first = firstLanguage(this.kept(), this.wanted());
    await this.turnTo(first).catch((error: unknown) => {
      if (first === FALLBACK) throw error;
      return this.turnTo(FALLBACK);
    });
  }

  /**
   * Turns to a language and remembers it.
   * @throws when its words cannot be fetched; then everything stays as it is
   */
  async choose(code: LanguageCode): Promise<void> {
    await this.turnTo(code);
    try {
      this.window?.localStorage.setItem(KEPT_AS, code);
    } catch {
      // A browser that keeps nothing begins again with what it asks for.
    }
  }

  // The latest choice counts, whichever words come first.
  private async turnTo(code: LanguageCode): Promise<void> {
    const turn = ++this.#latest;
    await firstValueFrom(this.transloco.load(code));
    if (turn !== this.#latest) return;
    this.transloco.setActiveLang(code);
    speak(code, this.wanted());
    this.document.documentElement.lang = code;
  }

  private kept(): string | null {
    try {
      return this.window?.localStorage.getItem(KEPT_AS) ?? null;
    } catch {
      return null;
    }
  }

  private wanted(): readonly string[] {
    return this.window?.navigator.languages ?? [];
  }
}
