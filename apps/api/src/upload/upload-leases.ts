import { ProblemError } from '../platform/http/problem-error.js';

/** How long a request waits for a range that another one writes. Dropzone 5.4.0 gives up silently after 30 s. */
const MOST_WAIT_MS = 10_000;
/** A holder whose client has sent nothing for this long while somebody waits is taken for dead. */
const STALL_MS = 2_000;

/** The right to write one byte range of an upload now. */
export interface Lease {
  /** Says that the holder now waits for its client; only then can it stall. A slow disk is no reason to be stopped. */
  awaitClient(): void;
  /** Says that bytes have arrived, and are being written. */
  touch(): void;
  /** Gives the range back; only after the last write has returned. */
  release(): void;
}

interface Held {
  readonly start: number;
  readonly end: number;
  readonly stop: () => void;
  /** Since when it waits for its client; null while it does not. */
  waitingSince: number | null;
  readonly released: Promise<void>;
}

/**
 * Who writes which range of which upload. In memory: one process owns the data folder, and a lease dies with it. A range
 * is free again only when its holder's last write has returned, so a newcomer's bytes can never be mixed with its.
 */
export class UploadLeases {
  private readonly held = new Map<string, Set<Held>>();

  /** @param now monotonic milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Waits until no other request writes any byte of the range.
   * @param stop asks this holder to end at once, when it has stalled and somebody else wants the range
   * @throws ProblemError chunk-busy after 10 s
   */
  async acquire(uploadId: string, start: number, end: number, stop: () => void): Promise<Lease> {
    const deadline = this.now() + MOST_WAIT_MS;
    // A range of no bytes (an empty file) has one writer at a time as well, and none while all of it is taken.
    const last = Math.max(end, start + 1);
    for (;;) {
      const other = this.overlapping(uploadId, start, last);
      if (other === undefined) return this.hold(uploadId, start, last, stop);
      const left = deadline - this.now();
      if (left <= 0) {
        throw new ProblemError('chunk-busy', 'Another request is still sending the same bytes.', { retryAfter: 2 });
      }
      if (other.waitingSince !== null && this.now() - other.waitingSince >= STALL_MS) other.stop();
      await settledWithin(other.released, Math.min(left, STALL_MS));
    }
  }

  private overlapping(uploadId: string, start: number, end: number): Held | undefined {
    for (const held of this.held.get(uploadId) ?? []) {
      if (held.start < end && start < held.end) return held;
    }
    return undefined;
  }

  private hold(uploadId: string, start: number, end: number, stop: () => void): Lease {
    const all = this.held.get(uploadId) ?? new Set<Held>();
    this.held.set(uploadId, all);
    let settle: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (settle = resolve));
    const held: Held = { start, end, stop, waitingSince: null, released };
    all.add(held);
    return {
      awaitClient: () => {
        held.waitingSince = this.now();
      },
      touch: () => {
        held.waitingSince = null;
      },
      release: () => {
        all.delete(held);
        if (all.size === 0 && this.held.get(uploadId) === all) this.held.delete(uploadId);
        settle();
      },
    };
  }

  /** Takes a whole upload, unless a request writes to any byte of it. */
  tryAcquireAll(uploadId: string): Lease | null {
    if (this.held.has(uploadId)) return null;
    return this.hold(uploadId, 0, Infinity, () => undefined);
  }

  /** Ends every request that writes to the upload and waits until the last write has returned. */
  async stopAll(uploadId: string): Promise<void> {
    const all = [...(this.held.get(uploadId) ?? [])];
    for (const held of all) held.stop();
    await Promise.all(all.map((held) => held.released));
  }
}

async function settledWithin(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise, elapsed]);
  clearTimeout(timer);
}
