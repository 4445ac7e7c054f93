import type { ByteRange } from '@stowage/contract';
import { type ChunkPlan, chunkRange } from './plan-chunks.js';

/**
 * Which chunks of an upload are wanted, on their way, and acknowledged. Counts bytes as it goes, so that reading progress
 * costs nothing however many chunks there are.
 */
export class ChunkBoard {
  readonly #acknowledged: Uint8Array;
  readonly #flying = new Map<number, number>();
  #cursor = 0;
  #remaining: number;
  #acknowledgedBytes = 0;
  #inFlightBytes = 0;

  constructor(readonly plan: ChunkPlan) {
    this.#acknowledged = new Uint8Array(plan.count);
    this.#remaining = plan.count;
  }

  /** Bytes the server said it holds. */
  get acknowledged(): number {
    return this.#acknowledgedBytes;
  }

  /** Bytes that have left for the server and are not acknowledged yet. */
  get inFlight(): number {
    return this.#inFlightBytes;
  }

  /** Chunks not acknowledged yet. */
  get remaining(): number {
    return this.#remaining;
  }

  /** Takes the next chunk that nobody has taken; null when there is none. */
  take(): number | null {
    while (this.#cursor < this.plan.count) {
      const index = this.#cursor++;
      if (this.#acknowledged[index] === 1 || this.#flying.has(index)) continue;
      this.#flying.set(index, 0);
      return index;
    }
    return null;
  }

  /** Notes how many bytes of a taken chunk have left. */
  progress(index: number, sent: number): void {
    const before = this.#flying.get(index);
    if (before === undefined) return;
    this.#flying.set(index, sent);
    this.#inFlightBytes += sent - before;
  }

  /** Notes that the server holds a chunk. */
  acknowledge(index: number): void {
    this.#land(index);
    if (this.#acknowledged[index] === 1) return;
    this.#acknowledged[index] = 1;
    this.#remaining -= 1;
    this.#acknowledgedBytes += this.#length(index);
  }

  /** Begins again with what is not acknowledged; nothing may be on its way. */
  rewind(): void {
    this.#flying.clear();
    this.#inFlightBytes = 0;
    this.#cursor = 0;
  }

  /** Takes the server's word for what it lacks (ranges in order), and begins again with that. */
  trust(missing: readonly ByteRange[]): void {
    this.rewind();
    this.#acknowledgedBytes = 0;
    this.#remaining = 0;
    let next = 0;
    for (let index = 0; index < this.plan.count; index++) {
      const { start, end } = chunkRange(this.plan, index);
      while ((missing[next]?.end ?? Infinity) <= start) next++;
      const held = (missing[next]?.start ?? Infinity) >= end;
      this.#acknowledged[index] = held ? 1 : 0;
      if (held) this.#acknowledgedBytes += end - start;
      else this.#remaining += 1;
    }
  }

  /** Wants the last chunk once more: a request that makes the server look at a full upload again. */
  repeatLast(): void {
    this.rewind();
    const index = this.plan.count - 1;
    if (this.#acknowledged[index] === 0) return;
    this.#acknowledged[index] = 0;
    this.#remaining += 1;
    this.#acknowledgedBytes -= this.#length(index);
  }

  #land(index: number): void {
    this.#inFlightBytes -= this.#flying.get(index) ?? 0;
    this.#flying.delete(index);
  }

  #length(index: number): number {
    const { start, end } = chunkRange(this.plan, index);
    return end - start;
  }
}
