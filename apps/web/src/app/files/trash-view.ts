import { Injectable, inject } from '@angular/core';
import type { Entry } from '@stowage/contract';
import { say } from '../language/say.js';
import { API } from '../session/server.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Confirmation } from '../ui/confirmation.js';
import { spelledName } from '../ui/name-parts.js';
import { ConflictAsking } from './conflict-asking.js';
import { EntryRows } from './entry-rows.js';
import { FileFaults } from './file-faults.js';
import { OperationOutcome } from './operation-outcome.js';
import { Operations } from './operations.js';
import { Undoing } from './undoing.js';

/** The trash of the space that is looked at: what is in it, back out of it, and away for good. */
@Injectable()
export class TrashView {
  private readonly api = inject(API);
  private readonly current = inject(CurrentSpace);
  private readonly faults = inject(FileFaults);
  private readonly undoing = inject(Undoing);
  private readonly conflicts = inject(ConflictAsking);
  private readonly confirmation = inject(Confirmation);
  private readonly operations = inject(Operations);
  private readonly outcome = inject(OperationOutcome);

  /** Newest first. */
  readonly rows = new EntryRows<string | null>(async (query, signal) => {
    const refreshed = this.current.refresh();
    const space = this.current.id() ?? (await refreshed);
    if (space === null) return { entries: [], total: 0, next: null, about: null };
    const [list] = await Promise.all([this.api.entries.listTrash(space, query, signal), refreshed.catch(() => null)]);
    return { ...list, about: space };
  });

  /** Puts an entry back where it was. */
  async restore(entry: Entry): Promise<void> {
    const name = spelledName(entry.name);
    await this.faults.attempt(
      () => say('files.actions.notRestored', { name }),
      async () => {
        const back = await this.conflicts.settle(entry, (conflict) => this.api.entries.restore(entry.id, { conflict }));
        if (back === null) return;
        this.rows.remove(new Set([entry.id]));
        const done = back.path === '' ? 'files.trash.restoredToRoot' : 'files.trash.restoredTo';
        const values = { name: spelledName(back.name), folder: spelledName(back.path) };
        this.undoing.say({
          done: done === 'files.trash.restoredTo' ? say(done, values) : say(done, values),
          undo: null,
        });
        await this.rows.refresh();
      },
    );
  }

  /** Removes an entry for good, if that is what is meant. */
  async purge(entry: Entry): Promise<void> {
    const isFolder = entry.kind === 'folder';
    const yes = await this.confirmation.ask({
      title: say(isFolder ? 'files.trash.purgeFolder' : 'files.trash.purgeFile'),
      name: entry.name,
      consequence: say(isFolder ? 'files.trash.purgeFolderText' : 'files.trash.purgeFileText'),
      action: say('files.trash.purge'),
    });
    if (!yes) return;
    const run = await this.operations.start({ action: 'purge', entries: [entry.id] });
    await this.rows.refresh();
    this.outcome.tell(run, null, null);
  }

  /** Removes all that is in it for good, if that is what is meant. */
  async empty(): Promise<void> {
    const space = this.rows.about();
    if (space === null) return;
    const yes = await this.confirmation.ask({
      title: say('files.trash.emptyTitle'),
      name: say('files.trash.emptyCount', { count: this.rows.total() }),
      consequence: say('files.trash.emptyText'),
      action: say('files.trash.empty'),
    });
    if (!yes) return;
    const run = await this.operations.watch('purge', () => this.api.entries.emptyTrash(space));
    await this.rows.refresh();
    this.outcome.tell(run, null, null);
  }
}
