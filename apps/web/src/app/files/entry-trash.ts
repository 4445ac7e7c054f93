import { Injectable, inject } from '@angular/core';
import type { Entry } from '@stowage/contract';
import { say } from '../language/say.js';
import { API } from '../session/server.js';
import { spelledName } from '../ui/name-parts.js';
import { Undoing } from './undoing.js';
import { ConflictAsking } from './conflict-asking.js';
import { FileFaults } from './file-faults.js';
import { FolderView } from './folder-view.js';
import { OperationOutcome } from './operation-outcome.js';
import { Operations } from './operations.js';

/** Puts entries into the trash, and takes them out again when somebody thinks better of it. */
@Injectable({ providedIn: 'root' })
export class EntryTrash {
  private readonly api = inject(API);
  private readonly view = inject(FolderView);
  private readonly faults = inject(FileFaults);
  private readonly conflicts = inject(ConflictAsking);
  private readonly undoing = inject(Undoing);
  private readonly operations = inject(Operations);
  private readonly outcome = inject(OperationOutcome);

  /** Into the trash. Nothing is asked: it can be undone. Resolves with true when something is there now. */
  async discard(entries: readonly Entry[]): Promise<boolean> {
    const [first, second] = entries;
    if (first === undefined) return false;
    return second === undefined ? this.discardOne(first) : this.discardMany(entries);
  }

  private async discardOne(entry: Entry): Promise<boolean> {
    const name = spelledName(entry.name);
    let isDone = false;
    await this.faults.attempt(
      () => say('files.actions.notTrashed', { name }),
      async () => {
        await this.api.entries.trash(entry.id);
        isDone = true;
        this.view.rows.remove(new Set([entry.id]));
        void this.view.rows.refresh();
        this.undoing.say({ done: say('files.actions.trashed', { name }), undo: () => void this.restoreOne(entry) });
      },
    );
    return isDone;
  }

  private async restoreOne(entry: Entry): Promise<void> {
    const name = spelledName(entry.name);
    await this.faults.attempt(
      () => say('files.actions.notRestored', { name }),
      async () => {
        const back = await this.conflicts.settle(entry, (conflict) => this.api.entries.restore(entry.id, { conflict }));
        if (back === null) return;
        await this.view.rows.refresh();
        this.undoing.say({ done: say('files.actions.restored', { name: spelledName(back.name) }), undo: null });
      },
    );
  }

  private async discardMany(entries: readonly Entry[]): Promise<boolean> {
    const ids = entries.map(({ id }) => id);
    const run = await this.operations.start({ action: 'trash', entries: ids });
    await this.view.rows.refresh();
    const failed = new Set(run.failures.map(({ entry }) => entry));
    const gone = ids.filter((id) => !failed.has(id));
    const canUndo = run.state === 'done' && run.failed === run.failures.length && gone.length > 0;
    this.outcome.tell(run, null, canUndo ? () => void this.restoreMany(gone) : null);
    return run.done > run.failed;
  }

  private async restoreMany(ids: readonly string[]): Promise<void> {
    const run = await this.operations.start({ action: 'restore', entries: [...ids] });
    await this.view.rows.refresh();
    this.outcome.tell(run, null, null);
  }
}
