import { Injectable, computed, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { toProblem } from '@stowage/client';
import type { Entry } from '@stowage/contract';
import { say } from '../language/say.js';
import { API } from '../session/server.js';
import { spelledName } from '../ui/name-parts.js';
import { Undoing } from './undoing.js';
import { ConflictAsking } from './conflict-asking.js';
import { FileQuestions } from './file-questions.js';
import { FolderView } from './folder-view.js';
import { folderLink } from './places.js';

/** Opens and names entries, and makes folders. */
@Injectable({ providedIn: 'root' })
export class EntryActions {
  private readonly api = inject(API);
  private readonly router = inject(Router);
  private readonly view = inject(FolderView);
  private readonly questions = inject(FileQuestions);
  private readonly conflicts = inject(ConflictAsking);
  private readonly undoing = inject(Undoing);
  readonly #detailed = signal<string | null>(null);
  readonly #made = signal<string | null>(null);

  /** The entry whose details are shown, if it is in the list. */
  readonly detailed = computed<Entry | null>(() => {
    const id = this.#detailed();
    return id === null ? null : (this.view.rows.items().find((entry) => entry.id === id) ?? null);
  });
  /** Id of the entry that was made or named last. */
  readonly made = this.#made.asReadonly();

  /** Goes into a folder; of a file shows the details. */
  open(entry: Entry): void {
    if (entry.kind === 'folder') void this.router.navigate([folderLink(entry.id)], { queryParamsHandling: 'merge' });
    else this.#detailed.set(entry.id);
  }

  showDetails(entry: Entry): void {
    this.#detailed.set(entry.id);
  }

  hideDetails(): void {
    this.#detailed.set(null);
  }

  /** Asks for the name of a new folder in the one that is shown, and makes it. */
  newFolder(): void {
    const parent = this.view.folder()?.id;
    if (parent === undefined) return;
    this.questions.askName(null, async (name) => {
      try {
        const folder = await this.api.entries.createFolder({ parent, path: name });
        await this.view.rows.refresh();
        this.#made.set(folder.id);
        this.undoing.say({ done: say('files.actions.made', { name: spelledName(folder.name) }), undo: null });
        return null;
      } catch (error) {
        return toProblem(error);
      }
    });
  }

  /** Asks for another name of an entry, and gives it. */
  rename(entry: Entry): void {
    this.questions.askName(entry, async (name) => {
      if (name === entry.name) return null;
      try {
        const attempt = (wanted: Entry, to: string) =>
          this.conflicts.settle({ ...wanted, name: to }, (conflict) =>
            this.api.entries.change(wanted.id, { name: to, conflict }),
          );
        const renamed = await attempt(entry, name);
        if (renamed === null) return 'given-up';
        this.view.rows.replace(renamed);
        await this.view.rows.refresh();
        this.#made.set(renamed.id);
        this.undoing.say({
          done: say('files.actions.renamed', { name: spelledName(renamed.name) }),
          undo: () => void attempt(renamed, entry.name).finally(() => this.view.rows.refresh()),
        });
        return null;
      } catch (error) {
        return toProblem(error);
      }
    });
  }
}
