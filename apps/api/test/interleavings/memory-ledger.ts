import type { ByteRange, UploadState } from '@stowage/contract';
import { ByteRanges } from '../../src/upload/byte-ranges.js';
import type { ChunkLedger, Claim, Progress, RecordOptions, Run } from '../../src/upload/chunk-ledger.js';
import type { CompletionService } from '../../src/upload/completion.service.js';
import type { Upload } from '../../src/upload/entities/upload.entity.js';
import type { UploadLedger } from '../../src/upload/upload-ledger.js';
import type { MemoryStore, Step } from './memory-store.js';

/** What becomes of a statement's answer: it comes; it is lost; it is lost, and the statement is done only later. */
export type Answer = 'comes' | 'lost' | 'lost, and late';

type Chunks = Pick<ChunkLedger, 'claim' | 'record' | 'release' | 'ranges'>;
type Uploads = Pick<UploadLedger, 'find' | 'removeEmpty'>;
type Completion = Pick<CompletionService, 'seal' | 'fail' | 'cleanUp'>;

/**
 * The rows of one upload, in memory. Each statement happens as a whole at a moment between its question and its answer, and
 * complains about what must never be recorded.
 */
export class MemoryLedger implements Chunks, Uploads, Completion {
  readonly faults: string[] = [];
  readonly leases = new Set<string>();
  /** The bytes as they were on the disk when they were recorded, by place. */
  readonly recorded: number[] = [];
  state: UploadState | 'gone' = 'receiving';
  private received = 0;
  private readonly chunks: ByteRange[] = [];

  /** @param answers what becomes of the answers of records and releases, one after the other; those after them come */
  constructor(
    readonly length: number,
    private readonly store: MemoryStore,
    private readonly step: Step,
    private readonly answers: Answer[],
  ) {}

  get upload(): Upload {
    const { received, length, state } = this;
    const facts = { id: 'u', state, epoch: 0, resumable: true, reason: null, received, length, chunkCount: 0 };
    return facts as unknown as Upload; // The service asks for nothing else of an upload.
  }

  async find(): Promise<Upload | null> {
    await this.step('find');
    return this.state === 'gone' ? null : this.upload;
  }

  async claim(_id: string, token: string, start: number, end: number | null): Promise<Claim | null> {
    await this.step('claim');
    if (this.state === 'gone') return null;
    const same = this.chunks.find((chunk) => chunk.start === start);
    const leased = this.state === 'receiving' && !(same !== undefined && end !== null && same.end >= end);
    if (leased) this.leases.add(token);
    const claim: Claim = {
      ...{ state: this.state, received: this.received, length: this.length, reason: null, leased },
      chunk: same === undefined ? null : { length: same.end - same.start, digest: null },
      held: this.held(),
    };
    await this.step('claimed');
    return claim;
  }

  private held(): ByteRange[] {
    const ranges = new ByteRanges();
    for (const { start, end } of this.chunks) ranges.add(start, end);
    const gaps = [...ranges.gaps(this.length), { start: this.length, end: this.length }];
    let at = 0;
    const held = gaps.map(({ start, end }) => {
      const range = { start: at, end: start };
      at = end;
      return range;
    });
    return held.filter(({ start, end }) => start < end);
  }

  async record(_id: string, token: string, runs: readonly Run[], options: RecordOptions): Promise<Progress | null> {
    await this.step('record');
    const answer = this.answers.shift() ?? 'comes';
    if (answer === 'lost, and late') {
      void this.step('late record').then(() => this.recordNow(token, runs, options));
      throw new Error('The connection broke.');
    }
    const progress = this.recordNow(token, runs, options);
    await this.step('recorded');
    if (answer === 'lost') throw new Error('The connection broke.');
    return progress;
  }

  private recordNow(token: string, runs: readonly Run[], { release }: RecordOptions): Progress | null {
    if (this.state !== 'receiving' || !this.leases.has(token)) return null;
    for (const { start, length } of runs) this.recordRun({ start, end: start + length });
    if (release) this.leases.delete(token);
    return { received: this.received, length: this.length, reason: null };
  }

  private recordRun({ start, end }: ByteRange): void {
    if (this.chunks.some((chunk) => chunk.start < end && start < chunk.end))
      this.faults.push(`${start} is counted twice`);
    const bytes = Array.from({ length: end - start }, (_, index) => this.store.synced[start + index]?.byte);
    // The writer is in the upper half of each byte.
    const writers = new Set(bytes.map((byte) => (byte === undefined ? undefined : byte >> 4)));
    if (writers.has(undefined)) this.faults.push(`${start} to ${end} is recorded and not synced`);
    if (writers.size > 1) this.faults.push(`${start} to ${end} is recorded with bytes of two writers`);
    bytes.forEach((byte, index) => (this.recorded[start + index] = byte ?? 0));
    this.chunks.push({ start, end });
    this.received += end - start;
  }

  async release(token: string): Promise<void> {
    await this.step('release');
    if ((this.answers.shift() ?? 'comes') !== 'comes') throw new Error('The connection broke.');
    this.leases.delete(token);
  }

  async ranges(): Promise<ByteRange[]> {
    await this.step('ranges');
    return [...this.chunks].sort((a, b) => a.start - b.start);
  }

  async removeEmpty(): Promise<boolean> {
    await this.step('remove empty');
    if (this.state !== 'receiving' || this.received > 0) return false;
    this.state = 'gone';
    return true;
  }

  async seal(): Promise<void> {
    await this.step('seal');
    if (this.state === 'receiving' && this.received === this.length) this.state = 'completing';
  }

  async fail(): Promise<void> {
    await this.step('fail');
    if (this.state === 'receiving') this.state = 'failed';
  }

  /** @returns false when there is nothing to cancel any more */
  async cancel(): Promise<boolean> {
    await this.step('cancel');
    if (this.state !== 'receiving') return false;
    this.state = 'cancelled';
    return true;
  }

  async cleanUp(): Promise<void> {
    await this.store.discard();
  }
}
