import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import type { Operation } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { count, percent } from '../ui/byte-size.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { explain } from '../ui/problem-words.js';
import { FolderView } from './folder-view.js';
import { OperationOutcome } from './operation-outcome.js';
import { operationEnd, operationTitle } from './operation-words.js';
import { type OperationRun, Operations } from './operations.js';

/** How far things are that are done with many entries, and what stayed as it was. */
@Component({
  selector: 'stow-operation-progress',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Words],
  templateUrl: './operation-progress.html',
  styleUrl: './operation-progress.scss',
})
export class OperationProgress {
  protected readonly operations = inject(Operations);
  private readonly view = inject(FolderView);
  private readonly outcome = inject(OperationOutcome);

  protected title(run: OperationRun): string {
    return run.state === 'running' ? operationTitle(run) : operationEnd(run);
  }

  protected percent({ done, total }: OperationRun): number {
    return total === null ? 0 : percent(done, total);
  }

  protected howFar({ done, total }: OperationRun): string {
    return total === null
      ? say('files.operation.counting')
      : say('files.operation.ofAll', { done: count(done), total: count(total) });
  }

  protected why({ problem }: OperationRun): string {
    return problem === null ? '' : `${problem.title}. ${explain(problem)}`;
  }

  protected reason({ name, detail }: Operation['failures'][number]): string {
    return say('files.operation.reason', { name: spelledName(name), reason: detail });
  }

  /** Entries that stayed only because their names are taken: those can be kept beside each other. */
  protected taken({ wish, failures, state }: OperationRun): readonly string[] {
    if (wish === null || state === 'running' || !['move', 'copy', 'restore'].includes(wish.action)) return [];
    return failures
      .filter(({ code, entry }) => code === 'name-taken' && wish.entries.includes(entry))
      .map(({ entry }) => entry);
  }

  protected async keepBoth(run: OperationRun): Promise<void> {
    const { wish } = run;
    const entries = this.taken(run);
    if (wish === null || entries.length === 0) return;
    this.operations.dismiss(run.id);
    const next = await this.operations.start({ ...wish, entries: [...entries], conflict: 'rename' });
    await this.view.rows.refresh();
    this.outcome.tell(next, null, null);
  }
}
