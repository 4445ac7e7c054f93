import { Injectable, signal } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';

/** Something that was not done. */
export interface FileFault {
  /** What, as a sentence. */
  readonly what: string;
  readonly problem: ProblemError;
  /** Tries it again. */
  readonly again: () => void;
}

/** What was not done of what somebody has asked for last. */
@Injectable({ providedIn: 'root' })
export class FileFaults {
  readonly #fault = signal<FileFault | null>(null);
  readonly fault = this.#fault.asReadonly();

  /** Does something; if it fails, says that it was not done. */
  async attempt(what: () => string, does: () => Promise<void>): Promise<void> {
    this.#fault.set(null);
    try {
      await does();
    } catch (error) {
      const again = (): void => void this.attempt(what, does);
      this.#fault.set({ what: what(), problem: toProblem(error), again });
    }
  }

  clear(): void {
    this.#fault.set(null);
  }
}
