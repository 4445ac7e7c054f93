import type { ByteRange } from '@stowage/contract';
import type { Board, Lacking } from './board.js';

interface Flight {
  readonly range: ByteRange;
  sent: number;
}

/**
 * The gaps of an upload that somebody has begun, in whatever pieces, cut into pieces of ours. It knows what the server has
 * said and no more: whoever wants to go on after a failure asks the server again.
 */
export class GapBoard implements Board {
  #gaps: readonly ByteRange[] = [];
  /** The next piece begins here, in the gap of this index. */
  #gap = 0;
  #at = 0;
  #taken = 0;
  #remaining = 0;
  #acknowledged = 0;
  #inFlight = 0;
  #atMost = 0;
  readonly #flights = new Map<number, Flight>();

  /**
   * @param length bytes of the whole file
   * @param pieceSize bytes of a piece at most
   */
  constructor(
    readonly length: number,
    readonly pieceSize: number,
  ) {}

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get atMost(): number {
    return this.#atMost;
  }

  get remaining(): number {
    return this.#remaining;
  }

  take(): number | null {
    const gap = this.#gaps[this.#gap];
    if (gap === undefined) return null;
    const start = Math.max(gap.start, this.#at);
    const end = Math.min(gap.end, start + this.pieceSize);
    this.#at = end;
    if (end === gap.end) this.#gap += 1;
    const index = this.#taken++;
    this.#flights.set(index, { range: { start, end }, sent: 0 });
    this.#atMost += end - start;
    return index;
  }

  range(index: number): ByteRange {
    const flight = this.#flights.get(index);
    if (flight === undefined) throw new RangeError(`Piece ${index} is not on its way.`);
    return flight.range;
  }

  progress(index: number, sent: number): void {
    const flight = this.#flights.get(index);
    if (flight === undefined) return;
    this.#inFlight += sent - flight.sent;
    flight.sent = sent;
  }

  acknowledge(index: number): void {
    const flight = this.#flights.get(index);
    if (flight === undefined) return;
    this.#flights.delete(index);
    this.#inFlight -= flight.sent;
    this.#acknowledged += flight.range.end - flight.range.start;
    this.#remaining -= 1;
  }

  rewind(): void {
    this.#flights.clear();
    this.#inFlight = 0;
  }

  trust({ missing, missingTruncated, upload }: Lacking): void {
    this.rewind();
    this.#gaps = missingTruncated || upload.length !== null ? missing : this.#withTail(missing, upload.received);
    this.#gap = 0;
    this.#at = 0;
    this.#acknowledged = upload.received;
    this.#atMost = upload.received;
    this.#remaining = this.#gaps.reduce((sum, { start, end }) => sum + Math.ceil((end - start) / this.pieceSize), 0);
  }

  // While nobody has said how long the file is, the server knows of no gap behind the last byte that it holds.
  #withTail(missing: readonly ByteRange[], received: number): readonly ByteRange[] {
    const end = missing.reduce((sum, gap) => sum + gap.end - gap.start, received);
    return end < this.length ? [...missing, { start: end, end: this.length }] : missing;
  }
}
