import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { BodyClock, type BodyPace } from './body-clock.js';
import { ClientAbort } from './client-abort.js';
import { wantBody } from './expectations.js';
import { FileContent, type Flow } from './file-content.js';
import type { ProblemError } from './problem-error.js';

/** A request whose body is content and nothing else; an `IncomingMessage` is one. */
export type BodySource = Readable & { readonly headers: IncomingHttpHeaders };

/** What one body may use up. */
export interface BodyLimits extends BodyPace {
  /** Most bytes. */
  readonly maxBytes: number;
  /** The refusal of a longer one. */
  readonly tooLong: () => ProblemError;
  /** Bytes that are handed over at once, and that are read ahead. */
  readonly batchBytes: number;
  /** Hands over what there is, and what came before a failure: see {@link FileContent}. */
  readonly eager?: boolean;
}

const MIB = 1024 * 1024;
/** Bytes that a body hands over at once when very many come. */
export const LEAST_BATCH_BYTES = MIB / 4;
const MOST_BATCH_BYTES = 2 * MIB;
/** Of all that come at once, together. */
const BATCHES_BYTES = 4 * MIB;

/**
 * Bytes that a body hands over at once, of a form's file as well: few large ones cost less than many small ones. All bodies
 * that have bytes may be read in one turn of the event loop, so this is also what bounds the length of a turn
 * (docs/evidence/engine.md), and the memory of what waits to be written.
 * @param bodies that are received at once, this one included
 */
export function batchBytesFor(bodies: number): number {
  return Math.min(MOST_BATCH_BYTES, Math.max(LEAST_BATCH_BYTES, Math.floor(BATCHES_BYTES / bodies)));
}

/** A body that nobody has begun to read. */
export interface RawBody {
  /** Bytes that the client has announced; null when it sends until it ends. */
  readonly length: number | null;
  /**
   * The body in batches of buffers, the last one shorter. Pulled: while nobody asks, the source is paused after one batch
   * of read-ahead, and before anybody asks, a client that waits for `100 Continue` goes on waiting. Can be iterated once.
   * Throws the refusal of a body that is too long, `request-timeout`, `too-slow`, and {@link ClientAbort}. Leaving the iteration
   * early lets go of the source, paused.
   */
  readonly content: AsyncIterable<readonly Buffer[]>;
}

/**
 * Opens a body without reading it.
 * @throws the refusal of a body whose announced length is too long
 */
export function openBody(source: BodySource, limits: BodyLimits): RawBody {
  const length = announcedLength(source.headers);
  if (length !== null && length > limits.maxBytes) throw limits.tooLong();
  return { length, content: { [Symbol.asyncIterator]: () => new BodyReader(source, limits).start() } };
}

/** The bytes that a request announces; infinite when nobody could count them. The parser of HTTP has seen to digits. */
export function announcedLength(headers: IncomingHttpHeaders): number | null {
  const text = headers['content-length'];
  if (text !== undefined) return Number.isSafeInteger(Number(text)) ? Number(text) : Infinity;
  // Without either there is no body at all (RFC 9112 section 6.3).
  return headers['transfer-encoding'] === undefined ? 0 : null;
}

class BodyReader implements Flow {
  private readonly content: FileContent;
  private readonly clock: BodyClock;
  private open = true;
  private bytes = 0;

  constructor(
    private readonly source: BodySource,
    private readonly limits: BodyLimits,
  ) {
    this.content = new FileContent(this, limits.batchBytes, limits.eager);
    this.clock = new BodyClock(limits, (problem) => {
      this.fail(problem);
    });
  }

  start(): AsyncIterator<readonly Buffer[]> {
    const { source } = this;
    const iterator = this.content[Symbol.asyncIterator]();
    if (source.destroyed) {
      this.fail(new ClientAbort());
      return iterator;
    }
    source.on('data', this.onData).on('end', this.onEnd);
    source.on('error', this.onAbort).on('aborted', this.onAbort).on('close', this.onAbort);
    wantBody(source);
    this.resume();
    return iterator;
  }

  pause(): void {
    this.clock.stop();
    this.source.pause();
  }

  resume(): void {
    if (!this.open) return;
    this.clock.start();
    this.source.resume();
  }

  release(): void {
    this.close();
    this.source.pause();
  }

  private readonly onData = (bytes: Buffer): void => {
    this.clock.add(bytes.length);
    if (!this.open) return;
    this.bytes += bytes.length;
    if (this.bytes > this.limits.maxBytes) this.fail(this.limits.tooLong());
    else this.content.add(bytes);
  };

  private readonly onEnd = (): void => {
    this.close();
    this.content.endFile();
    this.content.end();
  };

  private readonly onAbort = (cause?: unknown): void => {
    this.fail(new ClientAbort({ cause }));
  };

  private fail(error: Error): void {
    this.release();
    this.content.fail(error);
  }

  private close(): void {
    this.open = false;
    this.clock.stop();
    const { source } = this;
    source.off('data', this.onData).off('end', this.onEnd);
    source.off('error', this.onAbort).off('aborted', this.onAbort).off('close', this.onAbort);
  }
}
