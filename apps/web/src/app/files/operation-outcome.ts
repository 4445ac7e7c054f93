import { Injectable, inject } from '@angular/core';
import { say } from '../language/say.js';
import { Announcer } from '../shell/announcer.js';
import { spelledName } from '../ui/name-parts.js';
import { Undoing } from './undoing.js';
import type { ChosenFolder } from './file-questions.js';
import { operationEnd } from './operation-words.js';
import { type OperationRun, Operations } from './operations.js';

/** Says how something done with many entries has ended. */
@Injectable({ providedIn: 'root' })
export class OperationOutcome {
  private readonly undoing = inject(Undoing);
  private readonly announcer = inject(Announcer);
  private readonly operations = inject(Operations);

  /**
   * What went well is said and can be undone; what did not keeps its row.
   * @param folder where to, if anywhere
   */
  tell(run: OperationRun, folder: ChosenFolder | null, undo: (() => void) | null): void {
    const isWhole = run.state === 'done' && run.failed === 0 && run.problem === null;
    if (!isWhole) {
      this.announcer.say(operationEnd(run), run.problem === null ? 'polite' : 'assertive');
      return;
    }
    this.operations.dismiss(run.id);
    const sentences = [operationEnd(run)];
    if (folder !== null) sentences.push(say('files.operation.into', { folder: spelledName(folder.name) }));
    this.undoing.say({ done: sentences.join(' '), undo });
  }
}
