import { newId } from '../platform/database/ids.js';
import { ProblemError } from '../platform/http/problem-error.js';

/** How long a request waits for a range that another one writes. Dropzone 5.4.0 gives up silently after 30 s. */
const MOST_WAIT_MS = 10_000;
/** How long a holder may go on while somebody waits, before it is asked to stop: the newcomer is served within 2 s. */
const GRACE_MS = 1_500;

/** The right to write one byte range of an upload now. */
export interface Lease {
  /** Names it in the ledger, which records nothing for a writer whose lease is gone. */
  readonly token: string;
  /**
   * Waits for bytes of the client, unless the holder is asked to stop.
   * @throws ProblemError why it is to stop
   */
  awaitClient<T>(bytes: Promise<T>): Promise<T>;
  /** Gives the range back; only after the last write has returned. */
  release(): void;
}

class Holder implements Lease {
  readonly token = newId();
  readonly released: Promise<void>;
  private reason: ProblemError | null = null;
  private interrupt: ((reason: ProblemError) => void) | null = null;
  private settle: () => void = () => undefined;

  constructor(
    readonly start: number,
    readonly end: number,
    readonly keepsPrefix: boolean,
    private readonly leave: (holder: Holder) => void,
  ) {
    this.released = new Promise((resolve) => (this.settle = resolve));
  }

  awaitClient<T>(bytes: Promise<T>): Promise<T> {
    if (this.reason !== null) {
      // Nobody waits for them any more, so nobody else would hear that their client has gone.
      bytes.catch(() => undefined);
      return Promise.reject(this.reason);
    }
    // Not Promise.race: over a long body each of its calls would leave something behind at the promise that never settles.
    return new Promise<T>((resolve, reject) => {
      this.interrupt = reject;
      bytes.then(resolve, reject).finally(() => (this.interrupt = null));
    });
  }

  stop(reason: ProblemError): void {
    this.reason ??= reason;
    this.interrupt?.(this.reason);
  }

  release(): void {
    this.leave(this);
    this.settle();
  }
}

/**
 * Who writes which range of which upload. One process owns the data folder, so its memory decides; a range is free again
 * only when its holder's last write has returned, so a newcomer's bytes can never be mixed with its. The newest request
 * wins: its client has mostly given up the one before.
 */
export class UploadLeases {
  private readonly held = new Map<string, Set<Holder>>();

  /** @param now monotonic milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Waits until no other request writes any byte of the range, and asks those who do to stop.
   * @param keepsPrefix the holder keeps what came when it is asked to stop
   * @throws ProblemError chunk-busy after 10 s
   */
  async acquire(uploadId: string, start: number, end: number, keepsPrefix = false): Promise<Lease> {
    const startedAt = this.now();
    // A range of no bytes (an empty file) has one writer at a time as well, and none while all of it is taken.
    const last = Math.max(end, start + 1);
    for (;;) {
      const other = this.overlapping(uploadId, start, last);
      if (other === undefined) return this.hold(uploadId, start, last, keepsPrefix);
      const waited = this.now() - startedAt;
      if (waited >= MOST_WAIT_MS) {
        throw new ProblemError('chunk-busy', 'Another request is still sending the same bytes.', { retryAfter: 2 });
      }
      if (waited >= GRACE_MS) other.stop(superseded());
      await settledWithin(other.released, (waited < GRACE_MS ? GRACE_MS : MOST_WAIT_MS) - waited);
    }
  }

  private overlapping(uploadId: string, start: number, end: number): Holder | undefined {
    for (const held of this.held.get(uploadId) ?? []) {
      if (held.start < end && start < held.end) return held;
    }
    return undefined;
  }

  private hold(uploadId: string, start: number, end: number, keepsPrefix = false): Holder {
    const all = this.held.get(uploadId) ?? new Set<Holder>();
    this.held.set(uploadId, all);
    const holder = new Holder(start, end, keepsPrefix, () => {
      all.delete(holder);
      if (all.size === 0 && this.held.get(uploadId) === all) this.held.delete(uploadId);
    });
    all.add(holder);
    return holder;
  }

  /** True while anybody writes to the upload. */
  isHeld(uploadId: string): boolean {
    return this.held.has(uploadId);
  }

  /** Takes a whole upload, unless a request writes to any byte of it. */
  tryAcquireAll(uploadId: string): Lease | null {
    return this.isHeld(uploadId) ? null : this.hold(uploadId, 0, Infinity);
  }

  /** Ends every request that writes to the upload, with the problem it is to answer, and waits until the last write has returned. */
  async stopAll(uploadId: string, reason: ProblemError): Promise<void> {
    const all = [...(this.held.get(uploadId) ?? [])];
    for (const holder of all) holder.stop(reason);
    await Promise.all(all.map((holder) => holder.released));
  }

  /** Asks those to stop who lose nothing by it. */
  stopAppends(reason: ProblemError): void {
    for (const all of this.held.values()) {
      for (const holder of all) if (holder.keepsPrefix) holder.stop(reason);
    }
  }

  /** Asks every holder of every upload to stop. */
  stopEverything(reason: ProblemError): void {
    for (const all of this.held.values()) for (const holder of all) holder.stop(reason);
  }

  /** Tokens of all leases that are held now. */
  tokens(): string[] {
    return [...this.held.values()].flatMap((all) => [...all].map(({ token }) => token));
  }
}

function superseded(): ProblemError {
  return new ProblemError('superseded', 'Ask which bytes are held before you go on.');
}

async function settledWithin(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise, elapsed]);
  clearTimeout(timer);
}
