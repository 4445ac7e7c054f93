import type { SentFile, SentResult, SentStatus } from '@stowage/contract';
import type { Board } from './board.js';
import { GapBoard } from './gap-board.js';
import { HeldCheck } from './held-check.js';
import { planChunks } from './plan-chunks.js';
import { type RetryOptions, withRetries } from './retries.js';
import type { UploadContext } from './upload-context.js';
import { finishedElsewhere, forgetUpload, problemOfStatus, readStatus } from './upload-outcome.js';
import type { PieceRequest, Prepared, UploadRoute } from './upload-route.js';
import type { UploadSource } from './upload-source.js';

/**
 * The rest of an upload that somebody began, by whatever protocol. It becomes ours only after everything that the server
 * holds of it has been compared with the file; before that nothing is sent, and giving up removes nothing.
 */
export class ContinuedRoute implements UploadRoute {
  parallel = 1;
  #board: GapBoard | null = null;
  #ours = false;
  readonly #check: HeldCheck;

  constructor(
    private readonly source: UploadSource,
    private readonly id: string,
    private readonly context: UploadContext,
    /** Told while the comparison goes on. */
    onChecked: () => void,
  ) {
    this.#check = new HeldCheck(source, context, onChecked);
  }

  get board(): GapBoard | null {
    return this.#board;
  }

  get uploadId(): string | null {
    return this.#ours ? this.id : null;
  }

  get first(): 'checking' | 'sending' {
    return this.#ours ? 'sending' : 'checking';
  }

  get checked(): number | null {
    return this.#check.checked;
  }

  async prepare(waiting: RetryOptions): Promise<Prepared> {
    const limits = await withRetries(() => this.context.limits(), this.context, waiting);
    this.parallel = Math.min(limits.recommendedParallelChunks, this.context.slots.total);
    const { size } = this.source.content;
    const board = new GapBoard(size, planChunks(size, limits).chunkSize);
    const status = await readStatus(this.id, this.context, waiting);
    const { state } = status.upload;
    if (state === 'completing' || state === 'complete') {
      const alone = this.#ours && status.upload.received <= (this.#board?.atMost ?? 0);
      if (alone) return { board, decisive: status };
      throw finishedElsewhere();
    }
    const problem = state === 'receiving' ? null : problemOfStatus(status);
    if (problem !== null) throw problem;
    waiting.signal.throwIfAborted();
    // Whoever has sent more than we did may have another file.
    if (this.#board !== null && status.upload.received > this.#board.atMost) this.#ours = false;
    this.#board = board;
    board.trust(status);
    if (!this.#ours) await this.#compare(status, waiting);
    return { board, decisive: await this.#conclude(board, waiting) };
  }

  request(index: number): PieceRequest {
    if (this.#board === null) throw new Error('There is no plan yet.');
    const { start, end } = this.#board.range(index);
    const range = `bytes ${start}-${end - 1}/${this.source.content.size}`;
    return {
      method: 'PUT',
      url: `/api/uploads/${encodeURIComponent(this.id)}/bytes`,
      headers: { 'content-type': 'application/octet-stream', 'content-range': range },
      body: this.source.content.slice(start, end),
    };
  }

  accepted(): void {
    // Its id is known from the beginning.
  }

  async reconsider(board: Board, status: SentStatus, waiting: RetryOptions): Promise<SentResult | null> {
    board.trust(status);
    return this.#conclude(board, waiting);
  }

  overtaken(): void {
    this.#ours = false;
  }

  forsake(): void {
    this.#board = null;
    this.#ours = false;
  }

  async giveUp(): Promise<SentFile | null> {
    return this.#ours ? forgetUpload(this.id, '', this.context) : null;
  }

  async #compare(status: SentStatus, waiting: RetryOptions): Promise<void> {
    try {
      await this.#check.run(status, waiting);
    } catch (error) {
      this.forsake();
      throw error;
    }
    this.#ours = true;
  }

  // All bytes are there and there is no file: its name was taken, or nobody has said that these are all.
  async #conclude(board: Board, waiting: RetryOptions): Promise<SentResult | null> {
    if (board.remaining > 0) return null;
    return withRetries(() => this.context.api.completeUpload(this.id, {}, waiting.signal), this.context, waiting);
  }
}
