/** Why and when we should stop: a signal, or the death of the npm that started us. */

const PARENT_INTERVAL = 250;

export class StopRequest {
  #abort = new AbortController();
  /** @type {NodeJS.Timeout | undefined} */
  #watch;

  constructor() {
    // These handlers stay for good: a second signal while we stop must not end us in the middle.
    for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, () => this.#stop());
    // When npm was killed, so was whoever reads our output.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
    // Under npm only: started by hand from a shell, we outlive the shell like any other program.
    if (process.env.npm_lifecycle_event) {
      const parent = process.ppid;
      this.#watch = setInterval(() => {
        if (process.ppid !== parent) this.#stop();
      }, PARENT_INTERVAL);
      this.#watch.unref();
    }
  }

  get signal() {
    return this.#abort.signal;
  }

  /** @returns {Promise<void>} settles when we should stop */
  get requested() {
    if (this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  #stop() {
    clearInterval(this.#watch);
    this.#abort.abort();
  }
}
