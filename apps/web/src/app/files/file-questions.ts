import { Injectable, signal } from '@angular/core';
import type { ProblemError } from '@stowage/client';
import type { ConflictPolicy, Entry } from '@stowage/contract';

/** Asks for a name. */
export interface NameQuestion {
  readonly kind: 'name';
  /** What is renamed; null for a new folder. */
  readonly entry: Entry | null;
  /**
   * Does it. The question stays until it is done or given up.
   * @returns why it was not done; `given-up` when somebody has thought better of it
   */
  readonly submit: (name: string) => Promise<ProblemError | 'given-up' | null>;
}

/** Asks where entries are to be moved or copied to. */
export interface TargetQuestion {
  readonly kind: 'target';
  readonly action: 'move' | 'copy' | 'restore';
  readonly entries: readonly Entry[];
  readonly answer: (folder: ChosenFolder | null) => void;
}

/** A folder that was chosen. */
export interface ChosenFolder {
  readonly id: string;
  readonly name: string;
}

/** Asks what is to become of an entry whose name is taken. */
export interface ConflictQuestion {
  readonly kind: 'conflict';
  readonly name: string;
  /** False where a folder is in the way, or in hand: nothing takes the place of a folder. */
  readonly mayReplace: boolean;
  readonly answer: (policy: ConflictPolicy | null) => void;
}

/** Shows the keys that work. */
export interface ShortcutSheet {
  readonly kind: 'shortcuts';
}

/** What a dialog asks now. */
export type FileQuestion = NameQuestion | TargetQuestion | ConflictQuestion | ShortcutSheet;

/** Asks people what is needed to go on. A question may come on top of another one; the last is answered first. */
@Injectable({ providedIn: 'root' })
export class FileQuestions {
  readonly #asked = signal<readonly FileQuestion[]>([]);

  /** What is asked, the newest question last. */
  readonly asked = this.#asked.asReadonly();

  askName(entry: Entry | null, submit: NameQuestion['submit']): void {
    this.#ask({ kind: 'name', entry, submit });
  }

  /** Resolves with null when it is given up. */
  askTarget(action: TargetQuestion['action'], entries: readonly Entry[]): Promise<ChosenFolder | null> {
    return new Promise((resolve) => {
      const question: TargetQuestion = {
        kind: 'target',
        action,
        entries,
        answer: (folder) => this.#end(question, () => resolve(folder)),
      };
      this.#ask(question);
    });
  }

  /** Resolves with null when everything is to stay as it is. */
  askConflict(name: string, mayReplace: boolean): Promise<ConflictPolicy | null> {
    return new Promise((resolve) => {
      const question: ConflictQuestion = {
        kind: 'conflict',
        name,
        mayReplace,
        answer: (policy) => this.#end(question, () => resolve(policy)),
      };
      this.#ask(question);
    });
  }

  showShortcuts(): void {
    this.#ask({ kind: 'shortcuts' });
  }

  /** Takes a question away. */
  end(question: FileQuestion): void {
    this.#end(question, () => undefined);
  }

  #ask(question: FileQuestion): void {
    this.#asked.update((asked) => [...asked, question]);
  }

  #end(question: FileQuestion, then: () => void): void {
    if (!this.#asked().includes(question)) return;
    this.#asked.update((asked) => asked.filter((other) => other !== question));
    then();
  }
}
