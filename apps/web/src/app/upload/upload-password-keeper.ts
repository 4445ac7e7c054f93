import { Injectable, signal } from '@angular/core';
import type { ProblemError, UploadPasswords, UploadSource } from '@stowage/client';

/** A password for uploads that somebody is asked for. */
export interface UploadPasswordQuestion {
  /** True after one that was wrong. */
  readonly again: boolean;
  /** @param password null for none: then what wants it fails, and can be tried again */
  answer(password: string | null): void;
}

/** Asks for the passwords of folders that want one for uploads: once for each, however many files wait for it. */
@Injectable({ providedIn: 'root' })
export class UploadPasswordKeeper implements UploadPasswords {
  readonly #known = new Map<string, string>();
  readonly #declined = new Set<string>();
  readonly #asked = new Map<string, Promise<boolean>>();
  readonly #questions = signal<readonly UploadPasswordQuestion[]>([]);

  /** The one to answer now; null for none. */
  readonly question = (): UploadPasswordQuestion | null => this.#questions()[0] ?? null;

  of(source: UploadSource): string | null {
    return this.#known.get(placeOf(source)) ?? null;
  }

  renew(source: UploadSource, shown: string | null, { code }: Pick<ProblemError, 'code'>): Promise<boolean> {
    const place = placeOf(source);
    if (this.of(source) !== shown) return Promise.resolve(true);
    if (this.#declined.has(place)) return Promise.resolve(false);
    const asked = this.#asked.get(place) ?? this.#ask(place, code === 'upload-password-wrong');
    this.#asked.set(place, asked);
    return asked;
  }

  /** More is to be sent, so whoever gave no password is asked anew. */
  begin(): void {
    this.#declined.clear();
  }

  #ask(place: string, again: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const question: UploadPasswordQuestion = {
        again,
        answer: (password) => {
          this.#questions.update((open) => open.filter((other) => other !== question));
          this.#asked.delete(place);
          if (password === null) this.#declined.add(place);
          else this.#known.set(place, password);
          resolve(password !== null);
        },
      };
      this.#questions.update((open) => [...open, question]);
    });
  }
}

// A folder below has the password of the one above, unless it has its own: then that one is asked for when it is wanted.
function placeOf({ space, folder }: UploadSource): string {
  return folder ?? space ?? '';
}
