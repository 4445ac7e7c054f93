import type { Content } from '../blobs/blob-store.js';
import type { Lease } from './upload-leases.js';

/** A check of a body's bytes; asked for each of them, in order, and at the end. */
export interface BodyCheck {
  update(bytes: Buffer): void;
  /** @throws ProblemError digest-mismatch */
  verify(): void;
}

/** What a client declared of a body's bytes. */
export interface ContentCheck extends BodyCheck {
  /** The declaration as it is kept with the chunk. */
  readonly declared: string;
  /** True when the same bytes cannot have been declared so. */
  contradicts(declared: string): boolean;
}

/** When a run ends before all its bytes have come. */
export interface RunLimit {
  readonly bytes: number;
  /** Milliseconds after its first byte; Infinity for none. */
  readonly ms: number;
}

type Batch = readonly Buffer[];

/**
 * A body while it arrives, cut into runs: one for each place its bytes go to, and for a long append one for each
 * checkpoint. Holds one batch at most.
 */
export class IncomingBody {
  /** Place in the file of the next byte. */
  position: number;
  /** What broke it off; its bytes up to there were delivered. */
  failure: Error | null = null;
  /** True once nothing more comes. */
  ended = false;
  private readonly source: AsyncIterator<Batch, unknown>;
  private rest: Batch = [];
  /** A batch asked for that a run could not wait for. */
  private pending: Promise<IteratorResult<Batch, unknown>> | null = null;

  constructor(
    content: Content,
    start: number,
    private readonly lease: Lease,
    private readonly check: BodyCheck | null,
  ) {
    this.position = start;
    this.source = content[Symbol.asyncIterator]();
  }

  /** The next bytes. Ends early when the body ends or breaks off, or the time is up: see {@link ended}. */
  async *run({ bytes, ms }: RunLimit): Content {
    let left = bytes;
    let deadline: number | null = null;
    while (left > 0) {
      const batch = await this.next(left, deadline);
      if (batch === null) return;
      const size = sizeOf(batch);
      left -= size;
      deadline ??= performance.now() + ms;
      yield batch;
      this.position += size;
    }
  }

  /** Reads bytes that are held already, and drops them. */
  async skip(bytes: number): Promise<void> {
    const end = this.position + bytes;
    while (this.position < end) {
      const batch = await this.next(end - this.position, null);
      if (batch === null) return;
      this.position += sizeOf(batch);
    }
  }

  /** Reads on to the end, where nothing may come any more; true when something does. */
  async hasMore(): Promise<boolean> {
    return (await this.next(1, null)) !== null;
  }

  /** @throws what broke it off; ProblemError digest-mismatch. Call it at the end. */
  verify(): void {
    if (this.failure !== null) throw this.failure;
    this.check?.verify();
  }

  /** Lets the source go. Not waited for: a generator that itself waits for its client would never come to it. */
  close(): void {
    if (this.ended && this.failure === null) return;
    Promise.resolve(this.source.return?.()).catch(() => undefined);
  }

  private async next(most: number, deadline: number | null): Promise<Batch | null> {
    if (this.rest.length === 0 && !(await this.fill(deadline))) return null;
    const [batch, rest] = cut(this.rest, most);
    this.rest = rest;
    for (const buffer of batch) this.check?.update(buffer);
    return batch;
  }

  private async fill(deadline: number | null): Promise<boolean> {
    if (this.ended) return false;
    try {
      this.pending ??= this.lease.awaitClient(this.source.next());
      const result = await before(deadline, this.pending);
      if (result === null) return false;
      this.pending = null;
      this.ended = result.done === true;
      if (result.done !== true) this.rest = result.value.filter((buffer) => buffer.length > 0);
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error('The body broke off.', { cause: error });
      this.ended = true;
    }
    return this.ended ? false : this.rest.length > 0 || this.fill(deadline);
  }
}

function sizeOf(batch: Batch): number {
  return batch.reduce((sum, buffer) => sum + buffer.length, 0);
}

/** Cuts a batch after so many bytes. */
function cut(batch: Batch, bytes: number): readonly [Batch, Batch] {
  let left = bytes;
  for (const [index, buffer] of batch.entries()) {
    if (buffer.length > left) {
      return [
        [...batch.slice(0, index), ...(left > 0 ? [buffer.subarray(0, left)] : [])],
        [buffer.subarray(left), ...batch.slice(index + 1)],
      ];
    }
    left -= buffer.length;
  }
  return [batch, []];
}

/** What a promise gives, or null when the moment comes first. */
async function before<T>(moment: number | null, promise: Promise<T>): Promise<T | null> {
  const ms = moment === null ? Infinity : moment - performance.now();
  if (ms === Infinity) return promise;
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<null>((resolve) => (timer = setTimeout(resolve, Math.max(0, ms), null)));
  return Promise.race([promise, elapsed]).finally(() => {
    clearTimeout(timer);
  });
}
