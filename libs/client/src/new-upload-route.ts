import { FORM_FIELDS, type SentFile, type SentResult, type SentStatus } from '@stowage/contract';
import { ChunkBoard } from './chunk-board.js';
import { chunkForm } from './chunk-form.js';
import { HeldCheck } from './held-check.js';
import { planChunks } from './plan-chunks.js';
import { toProblem } from './problem-error.js';
import { type RetryOptions, withRetries } from './retries.js';
import type { UploadContext } from './upload-context.js';
import { newUploadKey } from './upload-key.js';
import { finishedElsewhere, forgetUpload, isGone, readStatus } from './upload-outcome.js';
import type { PieceRequest, Prepared, UploadRoute } from './upload-route.js';
import type { UploadSource } from './upload-source.js';

/** A file that becomes an upload of its own, under a key of its own, in forms as Dropzone sends them. */
export class NewUploadRoute implements UploadRoute {
  parallel = 1;
  #key = newUploadKey();
  #board: ChunkBoard | null = null;
  #uploadId: string | null = null;
  #contacted = false;
  /** True while somebody else may have sent bytes of it that are not those of the file. */
  #overtaken = false;
  readonly #check: HeldCheck;

  constructor(
    private readonly source: UploadSource,
    private readonly context: UploadContext,
    /** Told while the upload is compared with the file. */
    onChecked: () => void,
  ) {
    this.#check = new HeldCheck(source, context, onChecked);
  }

  get checked(): number | null {
    return this.#check.checked;
  }

  get first(): 'checking' | 'sending' {
    return this.#overtaken ? 'checking' : 'sending';
  }

  get board(): ChunkBoard | null {
    return this.#board;
  }

  get uploadId(): string | null {
    return this.#uploadId;
  }

  // A plan for the first try; on another try the server says what it still lacks.
  async prepare(waiting: RetryOptions): Promise<Prepared> {
    if (this.#uploadId !== null && this.#board !== null) {
      const known = await this.#reconcile(this.#uploadId, this.#board, waiting);
      if (known !== null) return known;
    }
    const limits = await withRetries(() => this.context.limits(), this.context, waiting);
    if (this.#board === null) {
      this.parallel = Math.min(limits.recommendedParallelChunks, this.context.slots.total);
      this.#board = new ChunkBoard(planChunks(this.source.content.size, limits));
    }
    this.#board.rewind();
    return { board: this.#board, decisive: null };
  }

  request(index: number): PieceRequest {
    if (this.#board === null) throw new Error('There is no plan yet.');
    this.#contacted = true;
    const { target, passwords } = this.context;
    const password = passwords?.of(this.source) ?? null;
    const fields = {
      ...target.fields(this.source),
      ...(password === null ? {} : { [FORM_FIELDS.password]: password }),
    };
    const body = chunkForm(this.#key, this.source, this.#board.plan, index, fields);
    return { method: 'POST', url: target.url, headers: {}, body };
  }

  accepted(result: SentResult): void {
    this.#uploadId = result.upload.id;
  }

  reconsider(board: ChunkBoard, status: SentStatus): Promise<null> {
    if (!status.missingTruncated) board.trust(status);
    if (board.remaining === 0) board.repeatLast();
    return Promise.resolve(null);
  }

  // What nobody can look at is left to the other.
  overtaken(): void {
    if (this.#uploadId === null || !this.context.target.compares) this.forsake();
    else this.#overtaken = true;
  }

  forsake(): void {
    this.#key = newUploadKey();
    this.#uploadId = null;
    this.#board = null;
    this.#contacted = false;
    this.#overtaken = false;
  }

  async giveUp(): Promise<SentFile | null> {
    return this.#contacted && !this.#overtaken ? forgetUpload(this.#uploadId, this.#key, this.context) : null;
  }

  // Null when the upload is gone on the server, so that a new one has to begin.
  async #reconcile(id: string, board: ChunkBoard, waiting: RetryOptions): Promise<Prepared | null> {
    try {
      const status = await readStatus(id, this.context, waiting);
      const { state } = status.upload;
      if (status.upload.received > board.atMost) this.overtaken();
      if (this.#board === null) return null;
      if (state === 'complete' || state === 'completing') {
        if (this.#overtaken) throw finishedElsewhere();
        return { board, decisive: status };
      }
      if (state !== 'receiving') {
        this.forsake();
        return null;
      }
      if (this.#overtaken) await this.#check.run(status, waiting);
      this.#overtaken = false;
      board.trust(status);
      if (board.remaining === 0) board.repeatLast();
      return { board, decisive: null };
    } catch (error) {
      waiting.signal.throwIfAborted();
      if (!isGone(toProblem(error))) throw error;
      this.forsake();
      return null;
    }
  }
}
