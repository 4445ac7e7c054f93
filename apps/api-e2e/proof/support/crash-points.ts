import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../entry/crash-points.mjs', import.meta.url));

/** Environment for a run of the product that writes down every step it reaches. */
export function journaled(journal: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${ENTRY}`, STOWAGE_CRASH_JOURNAL: journal };
}

/** Environment for a run of the product that is killed when it reaches a step for the n-th time. */
export function killedAt(step: string, occurrence: number): Record<string, string> {
  return { NODE_OPTIONS: `--import=${ENTRY}`, STOWAGE_CRASH_AT: `${occurrence} ${step}` };
}

/** The steps of a journal, each with how often it was reached, in the order in which they first were. */
export function stepsOf(journal: string): Map<string, number> {
  const steps = new Map<string, number>();
  if (!existsSync(journal)) return steps;
  for (const step of readFileSync(journal, 'utf8').split('\n').filter(Boolean)) {
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  return steps;
}
