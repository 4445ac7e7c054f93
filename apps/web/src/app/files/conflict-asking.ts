import { Injectable, inject } from '@angular/core';
import { toProblem } from '@stowage/client';
import type { ConflictPolicy, Entry } from '@stowage/contract';
import { FileQuestions } from './file-questions.js';

/** Does things that fail where a name is taken, and asks then what is to become of it. */
@Injectable({ providedIn: 'root' })
export class ConflictAsking {
  private readonly questions = inject(FileQuestions);

  /**
   * @param entry what is to go where something of its name may be
   * @param attempt does it, with what is to happen if so
   * @returns null when somebody has decided to leave everything as it is
   * @throws ProblemError for any other reason
   */
  async settle<T>(
    entry: Pick<Entry, 'kind' | 'name'>,
    attempt: (conflict: ConflictPolicy) => Promise<T>,
  ): Promise<T | null> {
    let mayReplace = entry.kind === 'file';
    for (let conflict: ConflictPolicy | null = 'reject'; conflict !== null;) {
      try {
        return await attempt(conflict);
      } catch (error) {
        const problem = toProblem(error);
        if (problem.code !== 'name-taken') throw problem;
        // A folder is in the way.
        if (conflict === 'replace') mayReplace = false;
        conflict = await this.questions.askConflict(entry.name, mayReplace);
      }
    }
    return null;
  }
}
