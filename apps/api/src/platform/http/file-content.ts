import { Batch } from './batch.js';

/** What the content asks of the stream behind it. */
export interface Flow {
  /** Stop: a whole batch is held that nobody has asked for. */
  pause(): void;
  /** Go on after `pause`. */
  resume(): void;
  /** The reader lost interest: let the stream go. */
  release(): void;
}

type Result = IteratorResult<readonly Buffer[], undefined>;

interface Taker {
  resolve(result: Result): void;
  reject(error: Error): void;
}

/**
 * The content of the file while it arrives: filled by whoever reads the request, emptied by an iteration. Holds at most one batch, and one
 * buffer of the stream more. Nothing is rejected until somebody asks, so an error that nobody awaits is no crash.
 */
export class FileContent implements AsyncIterable<readonly Buffer[]> {
  private readonly batch = new Batch();
  private state: 'file' | 'rest' | 'end' = 'file';
  private failure: Error | null = null;
  private taker: Taker | null = null;
  private paused = false;
  private opened = false;

  /**
   * @param eager hands over what there is as soon as somebody asks, also what came before a failure: for content whose
   * beginning is worth something by itself
   */
  constructor(
    private readonly flow: Flow,
    private readonly batchBytes: number,
    private readonly eager = false,
  ) {}

  /** More content. */
  add(bytes: Buffer): void {
    this.batch.add(bytes);
    this.serve();
    if (this.batch.bytes < this.batchBytes || this.paused) return;
    this.paused = true;
    this.flow.pause();
  }

  /** The file is whole; the rest of the request, such as the end of a form, is still to be read. */
  endFile(): void {
    this.state = 'rest';
    this.serve();
  }

  /** The request is whole and valid. */
  end(): void {
    this.state = 'end';
    this.serve();
  }

  /** The request cannot be read to its end. What is held is dropped, unless its beginning is worth something. */
  fail(error: Error): void {
    this.failure = error;
    if (!this.eager) this.batch.take();
    this.taker?.reject(error);
    this.taker = null;
  }

  /** The iteration. There is only one: bytes are not kept. */
  [Symbol.asyncIterator](): AsyncIterator<readonly Buffer[], undefined> {
    if (this.opened) throw new Error('The content of a request can be read only once.');
    this.opened = true;
    return { next: () => this.next(), return: () => this.close() };
  }

  /** Says that nobody will ask for the content, which must not look like an empty file then; no effect once opened. */
  discard(): void {
    if (this.opened) return;
    this.opened = true;
    void this.close();
  }

  private next(): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.failure !== null && this.batch.bytes === 0) reject(this.failure);
      else if (this.taker !== null) reject(new Error('The batch asked for before has not come yet.'));
      else {
        this.taker = { resolve, reject };
        this.serve();
      }
    });
  }

  private close(): Promise<Result> {
    if (this.state !== 'end' && this.failure === null) this.flow.release();
    this.state = 'end';
    this.batch.take();
    this.serve();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Gives the one who waits what there is to give. */
  private serve(): void {
    const { taker } = this;
    if (taker === null) return;
    const full = this.batch.bytes >= this.batchBytes;
    if (full || ((this.eager || this.state !== 'file') && this.batch.bytes > 0)) {
      this.taker = null;
      taker.resolve({ done: false, value: this.batch.take() });
      if (!this.paused) return;
      this.paused = false;
      this.flow.resume();
    } else if (this.state === 'end') {
      this.taker = null;
      taker.resolve({ done: true, value: undefined });
    }
  }
}
