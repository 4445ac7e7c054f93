import type { SentFile, Upload, SentResult } from '@stowage/contract';
import type { Board } from './board.js';
import { ContinuedRoute } from './continued-route.js';
import { linkedAbort } from './linked-abort.js';
import { NewUploadRoute } from './new-upload-route.js';
import { type ProblemError, clientProblem, knownProblem, toProblem } from './problem-error.js';
import type { RetryOptions } from './retries.js';
import { type ChunkJob, sendChunk } from './send-chunk.js';
import { TransferReporter } from './transfer-reporter.js';
import type { TransferSnapshot } from './transfer.js';
import type { UploadContext } from './upload-context.js';
import { finishedElsewhere, isGone, problemOfStatus, whenCompleted } from './upload-outcome.js';
import type { UploadRoute } from './upload-route.js';
import { type UploadSource, sourceFault } from './upload-source.js';

/** How often in a row the server may say, after everything was sent, that something is missing, and hold no more than before. */
const MAX_ROUNDS = 4;

/** One file on its way to the server, as a new upload or as the rest of an unfinished one. */
export class Uploader {
  readonly #route: UploadRoute;
  #decisive: SentResult | null = null;
  #file: SentFile | null = null;
  #flights = 0;
  #run: AbortController | null = null;
  readonly #reporter: TransferReporter;

  constructor(
    readonly source: UploadSource,
    private readonly context: UploadContext,
  ) {
    const { resume } = source;
    const checked = (): void => this.#reporter.moved('checking');
    this.#route =
      resume === undefined
        ? new NewUploadRoute(source, context, checked)
        : new ContinuedRoute(source, resume.uploadId, context, checked);
    this.#reporter = new TransferReporter(source.content.size, context.clock, () => ({
      acknowledged: this.#route.board?.acknowledged ?? 0,
      inFlight: this.#route.board?.inFlight ?? 0,
      uploadId: this.#route.uploadId,
      checked: this.#route.checked,
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
    const { board, parallel } = this.#route;
    return board === null ? this.context.slots.total : Math.min(parallel, board.remaining);
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
    this.#reporter.begin(this.#route.first);
    this.#transfer(run.signal).then(
      (file) => this.#complete(run, file),
      (error: unknown) => this.#fail(run, toProblem(error)),
    );
  }

  /**
   * Gives up: stops every request and tells the server. Resolves when the server knows, or cannot be told. An upload that
   * turns out to be complete stays so, and one that was only compared stays unfinished.
   */
  async cancel(): Promise<void> {
    if (this.#reporter.state === 'complete' || this.#reporter.state === 'cancelled') return;
    const run = this.#run;
    this.#run = null;
    run?.abort(new DOMException('The upload was cancelled.', 'AbortError'));
    this.#reporter.end('cancelled');
    this.#file = await this.#route.giveUp();
    if (this.#file !== null) this.#reporter.end('complete');
  }

  async #transfer(signal: AbortSignal): Promise<SentFile> {
    const fault = sourceFault(this.source);
    if (fault !== null) throw fault;
    const waiting: RetryOptions = { signal, onWait: (problem) => this.#reporter.enter('waiting', problem) };
    const { board, decisive } = await this.#route.prepare(waiting);
    signal.throwIfAborted();
    this.#decisive = decisive;
    this.#reporter.measure();
    let most = -1;
    for (let round = 0; round < MAX_ROUNDS;) {
      if (this.#decisive === null) await this.#sendMissing(board, signal);
      const file = await this.#conclude(board, waiting);
      if (file !== null) return file;
      round = board.acknowledged > most ? 1 : round + 1;
      most = Math.max(most, board.acknowledged);
    }
    throw clientProblem('unexpected-answer', 'The server keeps asking for bytes that were sent already.');
  }

  async #sendMissing(board: Board, signal: AbortSignal): Promise<void> {
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
      const first = board.acknowledged === 0 && this.#route.uploadId === null ? board.take() : null;
      if (first !== null) this.#accept(board, first, await sendChunk(job, first, stop.signal));
      for (let count = Math.min(this.#route.parallel, board.remaining); count > 0; count--) lanes.push(lane());
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

  #job(board: Board): ChunkJob {
    return {
      source: this.source,
      board,
      request: (index) => this.#route.request(index),
      context: this.context,
      uploadId: () => this.#route.uploadId,
      onFlight: (change) => {
        this.#flights += change;
      },
      onProgress: () => this.#reporter.moved(),
      onWait: (problem) => {
        if (this.#flights === 0) this.#reporter.enter('waiting', problem);
      },
    };
  }

  #accept(board: Board, index: number, result: SentResult): void {
    board.acknowledge(index);
    this.#route.accepted(result);
    assertAlone(board, result.upload);
    if (result.complete || result.upload.state === 'completing') this.#decisive = result;
    this.#reporter.moved();
  }

  // The stored file, or null when the server still lacks something.
  async #conclude(board: Board, waiting: RetryOptions): Promise<SentFile | null> {
    if (this.#decisive?.file !== undefined) return this.#decisive.file;
    const id = this.#decisive?.upload.id ?? this.#route.uploadId;
    if (id === null) throw clientProblem('unexpected-answer', 'The server did not say which upload this is.');
    this.#reporter.enter('completing');
    const status = await whenCompleted(id, this.context, { ...waiting, onWait: () => undefined });
    if (status.file !== undefined) return status.file;
    const problem = problemOfStatus(status);
    if (problem !== null) throw problem;
    assertAlone(board, status.upload);
    this.#decisive = await this.#route.reconsider(board, status, waiting);
    waiting.signal.throwIfAborted();
    this.#reporter.enter('sending');
    return null;
  }

  #complete(run: AbortController, file: SentFile): void {
    if (this.#run !== run) return;
    this.#run = null;
    const { uploadId } = this.#route;
    if (uploadId !== null) this.context.api.grants.forget(uploadId);
    this.#file = file;
    this.#reporter.end('complete');
  }

  #fail(run: AbortController, problem: ProblemError): void {
    if (this.#run !== run) return;
    this.#run = null;
    if (isGone(problem)) this.#route.forsake();
    else if (problem.code === 'superseded' || problem.code === 'upload-finished') this.#route.overtaken();
    this.#reporter.end('failed', problem);
  }
}

/**
 * Nobody else may send bytes of the same upload: they could be those of another file.
 * @throws ProblemError superseded; upload-finished when the file is made of them already
 */
function assertAlone(board: Board, { received, state }: Upload): void {
  if (received <= board.atMost) return;
  if (state === 'complete' || state === 'completing') throw finishedElsewhere();
  throw knownProblem('superseded', 'Somebody else is sending this upload as well.');
}
