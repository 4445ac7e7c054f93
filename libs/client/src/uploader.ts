import type { StoredFile, UploadResult } from '@stowage/contract';
import { ChunkBoard } from './chunk-board.js';
import { linkedAbort } from './linked-abort.js';
import { planChunks } from './plan-chunks.js';
import { type ProblemError, clientProblem, toProblem } from './problem-error.js';
import { type RetryOptions, withRetries } from './retries.js';
import { type ChunkJob, sendChunk } from './send-chunk.js';
import { TransferReporter } from './transfer-reporter.js';
import type { TransferSnapshot } from './transfer.js';
import type { UploadContext } from './upload-context.js';
import { newUploadKey } from './upload-key.js';
import { forgetUpload, isGone, problemOfStatus, readStatus, whenCompleted } from './upload-outcome.js';
import { type UploadSource, sourceFault } from './upload-source.js';

/** How often the server may say, after everything was sent, that something is missing. */
const MAX_ROUNDS = 4;

/** One file on its way to the server. */
export class Uploader {
  #key = newUploadKey();
  #board: ChunkBoard | null = null;
  #parallel = 1;
  #uploadId: string | null = null;
  #decisive: UploadResult | null = null;
  #contacted = false;
  #file: StoredFile | null = null;
  #flights = 0;
  #run: AbortController | null = null;
  readonly #reporter: TransferReporter;

  constructor(
    readonly source: UploadSource,
    private readonly context: UploadContext,
  ) {
    this.#reporter = new TransferReporter(source.content.size, context.clock, () => ({
      acknowledged: this.#board?.acknowledged ?? 0,
      inFlight: this.#board?.inFlight ?? 0,
      uploadId: this.#uploadId,
      file: this.#file,
    }));
  }

  /** The latest snapshot. */
  get snapshot(): TransferSnapshot {
    return this.#reporter.snapshot;
  }

  /** Requests that this upload could use at once, from now to its end; all there are while its size in chunks is unknown. */
  get demand(): number {
    if (this.#reporter.state === 'waiting') return 0;
    return this.#board === null ? this.context.slots.total : Math.min(this.#parallel, this.#board.remaining);
  }

  /** Calls `listener` with every new snapshot; the returned function ends that. */
  subscribe(listener: (snapshot: TransferSnapshot) => void): () => void {
    return this.#reporter.subscribe(listener);
  }

  /** Begins, or begins again after a failure: what is acknowledged is not sent again. */
  start(): void {
    const { state } = this.#reporter;
    if (state !== 'queued' && state !== 'failed') return;
    const run = new AbortController();
    this.#run = run;
    this.#flights = 0;
    this.#decisive = null;
    this.#reporter.begin();
    this.#transfer(run.signal).then(
      (file) => this.#complete(run, file),
      (error: unknown) => this.#fail(run, toProblem(error)),
    );
  }

  /**
   * Gives up: stops every request and tells the server. Resolves when the server knows, or cannot be told. An upload that
   * turns out to be complete stays so.
   */
  async cancel(): Promise<void> {
    if (this.#reporter.state === 'complete' || this.#reporter.state === 'cancelled') return;
    const run = this.#run;
    this.#run = null;
    run?.abort(new DOMException('The upload was cancelled.', 'AbortError'));
    this.#reporter.end('cancelled');
    if (!this.#contacted) return;
    this.#file = await forgetUpload(this.#uploadId, this.#key, this.context);
    if (this.#file !== null) this.#reporter.end('complete');
  }

  async #transfer(signal: AbortSignal): Promise<StoredFile> {
    const fault = sourceFault(this.source);
    if (fault !== null) throw fault;
    const waiting: RetryOptions = { signal, onWait: (problem) => this.#reporter.enter('waiting', problem) };
    const board = await this.#prepare(waiting);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (this.#decisive === null) await this.#sendMissing(board, signal);
      const file = await this.#conclude(board, waiting);
      if (file !== null) return file;
    }
    throw clientProblem('unexpected-answer', 'The server keeps asking for bytes that were sent already.');
  }

  // A plan for the first try; on another try the server says what it still lacks.
  async #prepare(waiting: RetryOptions): Promise<ChunkBoard> {
    if (this.#uploadId !== null && this.#board !== null) {
      const known = await this.#reconcile(this.#uploadId, this.#board, waiting);
      if (known) return this.#board;
    }
    const limits = await withRetries(() => this.context.limits(), this.context, waiting);
    if (this.#board === null) {
      this.#parallel = Math.min(limits.recommendedParallelChunks, this.context.slots.total);
      this.#board = new ChunkBoard(planChunks(this.source.content.size, limits));
      this.#reporter.report();
    }
    this.#board.rewind();
    return this.#board;
  }

  // False when the upload is gone on the server, so that a new one has to begin.
  async #reconcile(id: string, board: ChunkBoard, waiting: RetryOptions): Promise<boolean> {
    try {
      const status = await readStatus(id, this.context, waiting);
      const { state } = status.upload;
      if (state === 'complete' || state === 'completing') this.#decisive = status;
      if (state === 'failed' || state === 'cancelled' || state === 'expired') return this.#forsake();
      if (status.missingTruncated) board.rewind();
      else board.trust(status.missing);
      if (board.remaining === 0) board.repeatLast();
      return true;
    } catch (error) {
      waiting.signal.throwIfAborted();
      if (isGone(toProblem(error))) return this.#forsake();
      throw error;
    }
  }

  #forsake(): false {
    this.#key = newUploadKey();
    this.#uploadId = null;
    this.#board = null;
    this.#contacted = false;
    return false;
  }

  async #sendMissing(board: ChunkBoard, signal: AbortSignal): Promise<void> {
    const stop = linkedAbort(signal);
    const job = this.#job(board);
    const lane = async (): Promise<void> => {
      for (let index = board.take(); index !== null && this.#decisive === null; index = board.take()) {
        this.#accept(board, index, await sendChunk(job, index, stop.signal));
      }
    };
    const lanes: Promise<void>[] = [];
    try {
      // The first chunk goes alone: a refusal (the name is taken) then costs one request.
      const first = board.acknowledged === 0 && this.#uploadId === null ? board.take() : null;
      if (first !== null) this.#accept(board, first, await sendChunk(job, first, stop.signal));
      for (let count = Math.min(this.#parallel, board.remaining); count > 0; count--) lanes.push(lane());
      await Promise.all(lanes);
    } catch (error) {
      stop.abort(error);
      await Promise.allSettled(lanes);
      board.rewind();
      throw error;
    } finally {
      stop.unlink();
    }
  }

  #job(board: ChunkBoard): ChunkJob {
    return {
      key: this.#key,
      source: this.source,
      board,
      context: this.context,
      onFlight: (change) => {
        this.#contacted = true;
        this.#flights += change;
      },
      onProgress: () => this.#reporter.moved(),
      onWait: (problem) => {
        if (this.#flights === 0) this.#reporter.enter('waiting', problem);
      },
    };
  }

  #accept(board: ChunkBoard, index: number, result: UploadResult): void {
    board.acknowledge(index);
    this.#uploadId = result.upload.id;
    if (result.complete || result.upload.state === 'completing') this.#decisive = result;
    this.#reporter.moved();
  }

  // The stored file, or null when the server still lacks something.
  async #conclude(board: ChunkBoard, waiting: RetryOptions): Promise<StoredFile | null> {
    if (this.#decisive?.file !== undefined) return this.#decisive.file;
    const id = this.#uploadId;
    if (id === null) throw clientProblem('unexpected-answer', 'The server did not say which upload this is.');
    this.#reporter.enter('completing');
    const status = await whenCompleted(id, this.context, { ...waiting, onWait: () => undefined });
    if (status.file !== undefined) return status.file;
    const problem = problemOfStatus(status);
    if (problem !== null) throw problem;
    this.#decisive = null;
    if (!status.missingTruncated) board.trust(status.missing);
    if (board.remaining === 0) board.repeatLast();
    this.#reporter.enter('sending');
    return null;
  }

  #complete(run: AbortController, file: StoredFile): void {
    if (this.#run !== run) return;
    this.#run = null;
    this.#file = file;
    this.#reporter.end('complete');
  }

  #fail(run: AbortController, problem: ProblemError): void {
    if (this.#run !== run) return;
    this.#run = null;
    if (isGone(problem)) this.#forsake();
    this.#reporter.end('failed', problem);
  }
}
