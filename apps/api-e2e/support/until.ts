import { setTimeout as pause } from 'node:timers/promises';

const STEP_MS = 20;

/**
 * Waits until a condition of the outside world holds.
 * @param what the condition in words, for the error
 * @throws Error when it does not hold within `ms`
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Still not so after ${ms} ms: ${what}`);
    await pause(STEP_MS);
  }
}

/** Runs tasks, so many at once, in the order given; the results are in that order too. */
export async function atOnce<T>(count: number, tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const queue = tasks.entries();
  const work = async () => {
    for (const [index, task] of queue) results[index] = await task();
  };
  await Promise.all(Array.from({ length: count }, work));
  return results;
}
