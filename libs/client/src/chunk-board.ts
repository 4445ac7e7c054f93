import type { ByteRange } from '@stowage/contract';
import type { Board, Lacking } from './board.js';
import { type ChunkPlan, chunkRange } from './plan-chunks.js';

/**
 * Which chunks of an upload are wanted, on their way, and acknowledged. Counts bytes as it goes, so that reading progress
 * costs nothing however many chunks there are.
 */
export class ChunkBoard implements Board {
  readonly #acknowledged: Uint8Array;
  readonly #flying = new Map<number, number>();
  /** Chunks that were sent since the server last said what it holds, or are being sent. */
  readonly #sent: Uint8Array;
  #cursor = 0;
  #remaining: number;
  #acknowledgedBytes = 0;
  #inFlightBytes = 0;
  #atMost = 0;

  constructor(readonly plan: ChunkPlan) {
    this.#acknowledged = new Uint8Array(plan.count);
    this.#sent = new Uint8Array(plan.count);
    this.#remaining = plan.count;
  }

  get acknowledged(): number {
    return this.#acknowledgedBytes;
  }

  get inFlight(): number {
    return this.#inFlightBytes;
  }

  get atMost(): number {
    return this.#atMost;
  }

  get remaining(): number {
    return this.#remaining;
  }

  take(): number | null {
    while (this.#cursor < this.plan.count) {
      const index = this.#cursor++;
      if (this.#acknowledged[index] === 1 || this.#flying.has(index)) continue;
      this.#flying.set(index, 0);
      if (this.#sent[index] === 0) this.#atMost += this.#length(index);
      this.#sent[index] = 1;
      return index;
    }
    return null;
  }

  range(index: number): ByteRange {
    return chunkRange(this.plan, index);
  }

  progress(index: number, sent: number): void {
    const before = this.#flying.get(index);
    if (before === undefined) return;
    this.#flying.set(index, sent);
    this.#inFlightBytes += sent - before;
  }

  acknowledge(index: number): void {
    this.#land(index);
    if (this.#acknowledged[index] === 1) return;
    this.#acknowledged[index] = 1;
    this.#remaining -= 1;
    this.#acknowledgedBytes += this.#length(index);
  }

  rewind(): void {
    this.#flying.clear();
    this.#inFlightBytes = 0;
    this.#cursor = 0;
  }

  // A list that was cut says nothing of what comes after its end: then what was acknowledged here counts.
  trust({ missing, missingTruncated, upload }: Lacking): void {
    this.rewind();
    this.#atMost = Math.max(this.#atMost, upload.received);
    if (missingTruncated) return;
    this.#atMost = upload.received;
    this.#sent.fill(0);
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
