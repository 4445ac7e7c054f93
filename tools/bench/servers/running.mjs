/** What runs now, so that a run that is ended early leaves nothing behind. */

/** @type {Set<() => Promise<void>>} */
const running = new Set();

/**
 * @template {{ stop: () => Promise<void> }} T
 * @param {T} server
 * @returns {T} the same; whoever stops it as usual need not do more
 */
export function keepTrack(server) {
  const stop = async () => {
    running.delete(stop);
    await server.stop();
  };
  running.add(stop);
  return { ...server, stop };
}

/** Stops everything that runs. */
export async function stopAll() {
  await Promise.allSettled([...running].map((stop) => stop()));
}
