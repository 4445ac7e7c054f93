import { RateMeter } from './rate-meter.js';
import { type QueueTotals, TotalsLedger } from './queue-totals.js';
import { Throttle } from './throttle.js';
import { type TransferSnapshot, isUnsettled, queuedTransfer } from './transfer.js';
import type { UploadContext } from './upload-context.js';
import type { UploadSource } from './upload-source.js';
import { Uploader } from './uploader.js';

/** One file in the queue. */
export interface Transfer {
  /** Unique within the queue, growing. */
  readonly id: number;
  readonly name: string;
  /** Folder; `''` is the root. */
  readonly path: string;
  /** Id of the space that it goes into; null: one's own. */
  readonly space: string | null;
  /** True when it is the rest of an upload that was found unfinished on the server. */
  readonly continues: boolean;
  /** The latest look at it; a new object at every change. */
  readonly snapshot: TransferSnapshot;
}

/** What happened since the last notice; notices come four times a second at most. */
export interface QueueChange {
  /** Transfers that became complete, failed or cancelled, in that order of time. */
  readonly settled: readonly Transfer[];
}

/** How many files are sent side by side. */
export interface QueueOptions {
  /** Large files at once. */
  readonly filesAtOnce?: number;
  /** Files at once while they are too small to use all requests. */
  readonly smallFilesAtOnce?: number;
  /** Files that the server may be completing before more are sent. */
  readonly completingAtOnce?: number;
}

class Entry implements Transfer {
  uploader: Uploader | null = null;
  snapshot: TransferSnapshot;
  /** The server's id of the upload that it is the rest of. */
  resumes: string | null;
  readonly space: string | null;

  constructor(
    readonly id: number,
    /** Released once it is of no use, so that ten thousand finished files do not keep their sources. */
    public source: UploadSource | null,
    readonly name: string,
    readonly path: string,
    length: number,
  ) {
    this.resumes = source?.resume?.uploadId ?? null;
    this.space = source?.space ?? null;
    this.snapshot = queuedTransfer(length);
  }

  get continues(): boolean {
    return this.resumes !== null;
  }
}

const NOTICE_INTERVAL_MS = 250;

/** Many files on their way, a few at a time. Every operation costs the same however long the queue is. */
export class UploadQueue {
  readonly #entries = new Map<number, Entry>();
  readonly #failed = new Set<Entry>();
  readonly #active = new Set<Entry>();
  readonly #queued = new Set<Entry>();
  readonly #finished = new Set<Entry>();
  readonly #ownUploads = new Set<string>();
  readonly #totals = new TotalsLedger();
  readonly #rate = new RateMeter();
  readonly #listeners = new Set<(change: QueueChange) => void>();
  readonly #throttle: Throttle;
  readonly #options: Required<QueueOptions>;
  #settled: Entry[] = [];
  #nextId = 1;

  constructor(
    private readonly context: UploadContext,
    options: QueueOptions = {},
  ) {
    this.#options = { filesAtOnce: 2, smallFilesAtOnce: context.slots.total, completingAtOnce: 32, ...options };
    this.#throttle = new Throttle(context.clock, NOTICE_INTERVAL_MS, () => this.#notify());
  }

  /** Queues files and begins as many as may be sent now. */
  add(sources: Iterable<UploadSource>): readonly Transfer[] {
    const added: Entry[] = [];
    for (const source of sources) {
      const entry = new Entry(this.#nextId++, source, source.name, source.path, source.content.size);
      this.#entries.set(entry.id, entry);
      this.#totals.replace(null, entry.snapshot);
      this.#queued.add(entry);
      if (entry.resumes !== null) this.#ownUploads.add(entry.resumes);
      added.push(entry);
    }
    this.#fill();
    this.#throttle.request();
    return added;
  }

  /** Calls `listener` after changes; the returned function ends that. */
  subscribe(listener: (change: QueueChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All transfers: failed ones first, then those under way, queued, and finished ones. */
  *transfers(): Generator<Transfer> {
    yield* this.#failed;
    yield* this.#active;
    yield* this.#queued;
    yield* this.#finished;
  }

  /** How many transfers the queue lists. */
  get size(): number {
    return this.#entries.size;
  }

  /** Sums, as of now. */
  totals(): QueueTotals {
    const sums = this.#totals.read();
    const left = sums.run.length - sums.run.acknowledged - sums.run.inFlight;
    return { ...sums, bytesPerSecond: this.#rate.bytesPerSecond, secondsLeft: this.#rate.secondsFor(left) };
  }

  /** True for the server's id of an upload that a transfer of this queue, not yet complete or cancelled, stands for. */
  isOwn(uploadId: string): boolean {
    return this.#ownUploads.has(uploadId);
  }

  /** Gives a transfer up; resolves once the server knows, or cannot be told. */
  async cancel(id: number): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined || this.#finished.has(entry)) return;
    const { uploadId } = entry.snapshot;
    if (entry.uploader === null) this.#see(entry, { ...entry.snapshot, state: 'cancelled', problem: null });
    else await entry.uploader.cancel();
    entry.uploader = null;
    if (uploadId !== null) this.#ownUploads.delete(uploadId);
    if (entry.resumes !== null) this.#ownUploads.delete(entry.resumes);
    this.#throttle.request();
  }

  /** Gives up everything that is not finished, failed transfers included. */
  async cancelAll(): Promise<void> {
    // What waits goes first, or each cancelled transfer would let the next one begin.
    const entries = [...this.#queued, ...this.#failed, ...this.#active];
    await Promise.all(entries.map((entry) => this.cancel(entry.id)));
  }

  /** Queues a failed transfer again. */
  retry(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || !this.#failed.has(entry)) return;
    if (entry.resumes !== null) this.#ownUploads.add(entry.resumes);
    this.#see(entry, { ...entry.snapshot, state: 'queued', problem: null, inFlight: 0 });
  }

  /** Queues a failed transfer as a new upload, whatever unfinished one it was to continue. */
  startOver(id: number): void {
    const entry = this.#entries.get(id);
    if (entry?.source === undefined || entry.source === null || !this.#failed.has(entry)) return;
    const { resume: _, ...source } = entry.source;
    entry.source = source;
    entry.resumes = null;
    entry.uploader = null;
    this.#see(entry, queuedTransfer(source.content.size));
  }

  /** Queues every failed transfer again. */
  retryAllFailed(): void {
    for (const entry of [...this.#failed]) this.retry(entry.id);
  }

  /** Takes complete and cancelled transfers off the list. */
  clearFinished(): void {
    for (const entry of this.#finished) {
      this.#entries.delete(entry.id);
      this.#totals.replace(entry.snapshot, null);
    }
    this.#finished.clear();
    this.#throttle.request();
  }

  #fill(): void {
    for (const entry of this.#queued) {
      if (!this.#hasRoom()) return;
      this.#begin(entry);
    }
  }

  #hasRoom(): boolean {
    const { filesAtOnce, smallFilesAtOnce, completingAtOnce } = this.#options;
    let sending = 0;
    let demand = 0;
    for (const { uploader, snapshot } of this.#active) {
      if (snapshot.state === 'completing') continue;
      sending += 1;
      demand += uploader?.demand ?? 0;
    }
    if (this.#active.size - sending >= completingAtOnce) return false;
    return sending < filesAtOnce || (sending < smallFilesAtOnce && demand < this.context.slots.total);
  }

  #begin(entry: Entry): void {
    if (entry.uploader === null && entry.source !== null) {
      entry.uploader = new Uploader(entry.source, this.context);
      entry.uploader.subscribe((snapshot) => this.#see(entry, snapshot));
    }
    entry.uploader?.start();
  }

  // Every change of a transfer passes here.
  #see(entry: Entry, snapshot: TransferSnapshot): void {
    if (!this.#entries.has(entry.id)) return;
    const before = entry.snapshot;
    entry.snapshot = snapshot;
    this.#totals.replace(before, snapshot);
    if (snapshot.uploadId !== null && snapshot.uploadId !== before.uploadId) this.#ownUploads.add(snapshot.uploadId);
    // What the server held already is no speed.
    if (before.state === 'checking' && snapshot.acknowledged !== before.acknowledged) this.#rate.reset();
    if (snapshot.state !== before.state) this.#move(entry, snapshot);
    this.#fill();
    this.#throttle.request();
  }

  #move(entry: Entry, { state, uploadId }: TransferSnapshot): void {
    for (const group of [this.#failed, this.#active, this.#queued, this.#finished]) {
      if (group !== this.#groupOf(state)) group.delete(entry);
    }
    this.#groupOf(state).add(entry);
    if (isUnsettled(state)) return;
    // One that was cancelled too late is a file after all.
    this.#settled.push(entry);
    if (state === 'complete') {
      if (uploadId !== null) this.#ownUploads.delete(uploadId);
      entry.uploader = null;
    }
    // One that never became ours is offered again.
    if (state === 'failed' && uploadId === null && entry.resumes !== null) this.#ownUploads.delete(entry.resumes);
    if (state !== 'failed') entry.source = null;
  }

  #groupOf(state: TransferSnapshot['state']): Set<Entry> {
    if (state === 'failed') return this.#failed;
    if (state === 'queued') return this.#queued;
    return isUnsettled(state) ? this.#active : this.#finished;
  }

  #notify(): void {
    const settled = this.#settled;
    this.#settled = [];
    const { run } = this.#totals.read();
    if (this.#totals.unsettled === 0) this.#rate.reset();
    else this.#rate.sample(run.acknowledged + run.inFlight, this.context.clock.now());
    for (const listener of this.#listeners) listener({ settled });
  }
}
