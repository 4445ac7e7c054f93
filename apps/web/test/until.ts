const LIMIT_MS = 15_000;
const STEP_MS = 5;

/** Waits until a condition holds; fails when it never does. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Never true: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
