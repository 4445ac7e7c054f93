import { Injectable, signal } from '@angular/core';
import type { ProblemError, UploadPasswords, UploadSource } from '@stowage/client';
import { nameKey } from '@stowage/contract';

/** A password for uploads that somebody is asked for. */
export interface UploadPasswordQuestion {
  /** What the folder is called, or the way to it from where things were dropped; null when that is not known. */
  readonly folder: string | null;
  /** True after one that was wrong. */
  readonly again: boolean;
  /** @param password null for none: then what wants it fails, and can be tried again */
  answer(password: string | null): void;
}

/** What a refusal says of the password that it wants. */
type Refusal = Pick<ProblemError, 'code'> & { readonly problem: Pick<ProblemError['problem'], 'folder'> };

/**
 * Asks for the passwords of folders that want one for uploads: once for each, however many files wait for it. Which folder
 * it is only the server knows, and says so when it refuses; each is known by where uploads begin and the way from there.
 */
@Injectable({ providedIn: 'root' })
export class UploadPasswordKeeper implements UploadPasswords {
  readonly #known = new Map<string, string>();
  readonly #declined = new Set<string>();
  readonly #asked = new Map<string, Promise<boolean>>();
  readonly #names = new Map<string, string>();
  readonly #questions = signal<readonly UploadPasswordQuestion[]>([]);

  /** The one to answer now; null for none. */
  readonly question = (): UploadPasswordQuestion | null => this.#questions()[0] ?? null;

  /** That of the nearest folder of which one is known. */
  of(source: UploadSource): string | null {
    const nearest = locksOf(source).find((lock) => this.#known.has(lock));
    return nearest === undefined ? null : (this.#known.get(nearest) ?? null);
  }

  renew(source: UploadSource, shown: string | null, { code, problem }: Refusal): Promise<boolean> {
    const folder = problem.folder ?? '';
    const locks = locksOf(source);
    const lock = locks.find((one) => one === lockOf(source, folder)) ?? lockOf(source, '');
    // The folders below it want none of their own, or no longer do.
    for (const below of locks.slice(0, locks.indexOf(lock))) this.#known.delete(below);
    const known = this.#known.get(lock) ?? null;
    if (known !== null && known !== shown) return Promise.resolve(true);
    if (this.#declined.has(lock)) return Promise.resolve(false);
    const isWrong = code === 'upload-password-wrong' && known !== null;
    const asked = this.#asked.get(lock) ?? this.#ask(lock, this.#nameOf(source, folder), isWrong);
    this.#asked.set(lock, asked);
    return asked;
  }

  /** More is to be sent, so whoever gave no password is asked anew. */
  begin(): void {
    this.#declined.clear();
  }

  /** Says what the folder is called in which uploads begin. */
  call(folder: string, name: string): void {
    this.#names.set(folder, name);
  }

  #ask(lock: string, folder: string | null, again: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const question: UploadPasswordQuestion = {
        folder,
        again,
        answer: (password) => {
          this.#questions.update((open) => open.filter((other) => other !== question));
          this.#asked.delete(lock);
          if (password === null) this.#declined.add(lock);
          else this.#known.set(lock, password);
          resolve(password !== null);
        },
      };
      this.#questions.update((open) => [...open, question]);
    });
  }

  #nameOf(source: UploadSource, folder: string): string | null {
    return folder === '' ? (this.#names.get(beginOf(source)) ?? null) : folder;
  }
}

function beginOf({ space, folder }: UploadSource): string {
  return folder ?? space ?? '';
}

function lockOf(source: UploadSource, folder: string): string {
  return nameKey(`${folder}/`) + beginOf(source);
}

/** Of all folders that the path of a file goes through, the innermost first. */
function locksOf(source: UploadSource): string[] {
  const folders = source.path.split('/').filter((name) => name !== '');
  return Array.from({ length: folders.length + 1 }, (_, up) =>
    lockOf(source, folders.slice(0, folders.length - up).join('/')),
  );
}
