import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../entry/crash-points.mjs', import.meta.url));

/** Names the steps of a product's runs, and has one of them be the last. */
export class CrashPoints {
  private readonly journal: string;
  private readonly armed: string;

  /** @param folder outside of what the product writes to */
  constructor(folder: string) {
    this.journal = join(folder, 'steps');
    this.armed = join(folder, 'armed');
  }

  /** Environment for a run that writes down every step it reaches. */
  get journaling(): Record<string, string> {
    return { NODE_OPTIONS: `--import=${ENTRY}`, STOWAGE_CRASH_JOURNAL: this.journal, STOWAGE_CRASH_ARMED: this.armed };
  }

  /**
   * Environment for a run that is killed when it reaches a step for the n-th time.
   * @param step `*` for any
   */
  killing(step: string, occurrence: number): Record<string, string> {
    return {
      NODE_OPTIONS: `--import=${ENTRY}`,
      STOWAGE_CRASH_AT: `${occurrence} ${step}`,
      STOWAGE_CRASH_ARMED: this.armed,
    };
  }

  /** From now on steps count. */
  arm(): void {
    writeFileSync(this.armed, '');
  }

  /** From now on they do not. */
  disarm(): void {
    rmSync(this.armed, { force: true });
  }

  /** The steps written down so far, each with how often it was reached, in the order in which they first were. */
  get steps(): Map<string, number> {
    const steps = new Map<string, number>();
    if (!existsSync(this.journal)) return steps;
    for (const step of readFileSync(this.journal, 'utf8').split('\n').filter(Boolean)) {
      steps.set(step, (steps.get(step) ?? 0) + 1);
    }
    return steps;
  }
}
