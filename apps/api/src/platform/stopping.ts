/**
 * How far the stop of this process has come. Told by whoever stops the server; asked by readiness, by the step that
 * refuses new requests, and by everything that receives bodies. Listen once a part, not once a request.
 */
export class Stopping {
  private readonly beginning = new AbortController();
  private readonly ending = new AbortController();
  private asked = false;

  /** True from the moment the process was told to stop: it is not ready any more, but still takes requests. */
  get announced(): boolean {
    return this.asked;
  }

  /** Aborted when no more requests are taken: bodies that can be checkpointed end at the next checkpoint. */
  get begun(): AbortSignal {
    return this.beginning.signal;
  }

  /** Aborted when the time for bodies is over: those that still arrive end now, so that their clients get an answer. */
  get lastCall(): AbortSignal {
    return this.ending.signal;
  }

  announce(): void {
    this.asked = true;
  }

  begin(): void {
    this.announce();
    this.beginning.abort();
  }

  callLast(): void {
    this.begin();
    this.ending.abort();
  }
}
