import { Injectable, inject } from '@angular/core';
import type { Entry } from '@stowage/contract';
import { say } from '../language/say.js';
import { API } from '../session/server.js';
import { spelledName } from '../ui/name-parts.js';
import { Undoing } from './undoing.js';
import { ConflictAsking } from './conflict-asking.js';
import { FileFaults } from './file-faults.js';
import { type ChosenFolder, FileQuestions } from './file-questions.js';
import { FolderView } from './folder-view.js';
import { OperationOutcome } from './operation-outcome.js';
import { Operations } from './operations.js';

/** Moves entries into other folders, and copies them. */
@Injectable({ providedIn: 'root' })
export class EntryMoves {
  private readonly api = inject(API);
  private readonly view = inject(FolderView);
  private readonly faults = inject(FileFaults);
  private readonly questions = inject(FileQuestions);
  private readonly conflicts = inject(ConflictAsking);
  private readonly undoing = inject(Undoing);
  private readonly operations = inject(Operations);
  private readonly outcome = inject(OperationOutcome);

  /** Asks where to, and moves. Resolves with true when something was moved. */
  async moveTo(entries: readonly Entry[]): Promise<boolean> {
    const folder = await this.questions.askTarget('move', entries);
    return folder !== null && this.move(entries, folder);
  }

  /** Asks where to, and copies. */
  async copyTo(entries: readonly Entry[]): Promise<boolean> {
    const folder = await this.questions.askTarget('copy', entries);
    if (folder === null) return false;
    const run = await this.operations.start({ action: 'copy', entries: entries.map(({ id }) => id), to: folder.id });
    await this.view.rows.refresh();
    this.outcome.tell(run, folder, null);
    return run.done > run.failed;
  }

  /** Moves into a folder. What is there already is left alone. */
  async move(entries: readonly Entry[], folder: ChosenFolder): Promise<boolean> {
    const others = entries.filter(({ parent, id }) => parent !== folder.id && id !== folder.id);
    const [first, second] = others;
    if (first === undefined) return false;
    return second === undefined ? this.moveOne(first, folder) : this.moveMany(others, folder);
  }

  private async moveOne(entry: Entry, folder: ChosenFolder): Promise<boolean> {
    let isMoved = false;
    const name = spelledName(entry.name);
    const failed = (): string => say('files.actions.notMoved', { name });
    await this.faults.attempt(failed, async () => {
      const moved = await this.conflicts.settle(entry, (conflict) =>
        this.api.entries.change(entry.id, { parent: folder.id, conflict }),
      );
      if (moved === null) return;
      isMoved = true;
      this.view.rows.remove(new Set([entry.id]));
      void this.view.rows.refresh();
      const back = { id: entry.parent ?? entry.space, name: '' };
      this.undoing.say({
        done: say('files.actions.moved', { name, folder: spelledName(folder.name) }),
        undo: () => void this.takeBack(entry, back),
      });
    });
    return isMoved;
  }

  private async takeBack({ id, name }: Entry, { id: parent }: ChosenFolder): Promise<void> {
    const what = spelledName(name);
    await this.faults.attempt(
      () => say('files.actions.notMoved', { name: what }),
      async () => {
        await this.api.entries.change(id, { parent, name });
        await this.view.rows.refresh();
        this.undoing.say({ done: say('files.actions.movedBack', { name: what }), undo: null });
      },
    );
  }

  private async moveMany(entries: readonly Entry[], folder: ChosenFolder): Promise<boolean> {
    const ids = entries.map(({ id }) => id);
    const run = await this.operations.start({ action: 'move', entries: ids, to: folder.id });
    await this.view.rows.refresh();
    const home = entries[0]?.parent ?? null;
    const failed = new Set(run.failures.map(({ entry }) => entry));
    const moved = ids.filter((id) => !failed.has(id));
    const isOneHome = home !== null && entries.every(({ parent }) => parent === home);
    // Only what is known to have been moved can be taken back.
    const canUndo = isOneHome && run.state === 'done' && run.failed === run.failures.length && moved.length > 0;
    const undo = (): void => void this.moveBack(moved, home ?? '');
    this.outcome.tell(run, folder, canUndo ? undo : null);
    return run.done > run.failed;
  }

  private async moveBack(entries: readonly string[], to: string): Promise<void> {
    const run = await this.operations.start({ action: 'move', entries: [...entries], to });
    await this.view.rows.refresh();
    this.outcome.tell(run, null, null);
  }
}
