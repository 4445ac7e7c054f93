import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { BodyClock } from '../../../platform/http/body-clock.js';
import { ClientAbort } from '../../../platform/http/client-abort.js';
import { wantBody } from '../../../platform/http/expectations.js';
import { FileContent, type Flow } from '../../../platform/http/file-content.js';
import { FormAssembler, type FileOpener, type FileSink } from './form-assembler.js';
import { malformed } from './form-errors.js';
import { DEFAULT_FORM_LIMITS, type FormLimits } from './form-limits.js';
import { MultipartScanner } from './multipart-scanner.js';
import { formBoundary } from './part-headers.js';

/** The request that carries a form; an `IncomingMessage` is one. */
export type FormSource = Readable & { readonly headers: IncomingHttpHeaders };

/** The file of a form, while it arrives. */
export interface FilePart {
  readonly fieldName: string;
  /** As the browser has it: UTF-8, and `%22`, `%0D`, `%0A` undone. Unchecked; empty when the form gave none. */
  readonly fileName: string;
  /** Lower case, without parameters; `application/octet-stream` if absent or invalid. */
  readonly mediaType: string;
  /**
   * Most bytes that the content can have, from Content-Length: exact when the file comes last and nothing follows the
   * closing boundary (most clients send a line end there, which makes it 2 too many). Null when the length is not declared.
   */
  readonly maxLength: number | null;
  /**
   * The content in batches of buffers, about `batchBytes` each and the last shorter. Pulled: while nobody asks, the source
   * is paused after one batch of read-ahead. Can be iterated once. Ends only after the whole form has been read and found
   * valid; throws `FormError` or {@link ClientAbort} otherwise. Leaving the iteration early lets go of the source, paused.
   */
  readonly content: AsyncIterable<readonly Buffer[]>;
  /** Lets go of the source, paused, when the content is not wanted; no effect once its iteration has begun. */
  discard(): void;
}

/** A form whose fields are complete. */
export interface Form {
  /** All fields before the file, by name; of several with one unknown name, the first. */
  readonly fields: ReadonlyMap<string, string>;
  /** Null when the form has no file, or only untouched file inputs. */
  readonly file: FilePart | null;
}

/**
 * Reads a multipart/form-data request up to its file, whose content then streams from {@link FilePart.content}. Resolves
 * when the file begins, or at the end of a form without one. Nothing is written or kept beyond {@link FormLimits}.
 *
 * On every failure the source is left paused without listeners of ours: the caller answers and closes.
 * @throws FormError, by rejection: `malformed-multipart`, `multipart-limit`, `unsupported-media-type`, `invalid-field`,
 * `invalid-name`; ProblemError `request-timeout`, `too-slow`; and {@link ClientAbort}. After the file has begun, the content throws these instead,
 * and also `several-files` and `field-after-file`
 */
export function readForm(source: FormSource, limits: FormLimits = DEFAULT_FORM_LIMITS): Promise<Form> {
  return new Promise((resolve, reject) => new FormReader(source, limits, resolve, reject).start());
}

class FormReader implements Flow {
  private readonly assembler: FormAssembler;
  private readonly scanner: MultipartScanner;
  private readonly boundary: string;
  private content: FileContent | null = null;
  private readonly clock: BodyClock;
  private open = true;

  constructor(
    private readonly source: FormSource,
    private readonly limits: FormLimits,
    private readonly resolve: (form: Form) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.boundary = formBoundary(source.headers, limits.maxBoundaryLength);
    this.assembler = new FormAssembler(limits, (headers, offset) => this.openFile(headers, offset));
    this.clock = new BodyClock(limits, (problem) => {
      this.fail(problem);
    });
    this.scanner = new MultipartScanner(this.boundary, limits.maxHeaderBytes, this.assembler);
  }

  start(): void {
    const { source } = this;
    if (source.destroyed) throw new ClientAbort();
    if (source.readableEnded) throw malformed('The body of the form was read already.');
    source.on('data', this.onData).on('end', this.onEnd);
    source.on('error', this.onAbort).on('aborted', this.onAbort).on('close', this.onAbort);
    wantBody(source);
    this.resume();
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

  private readonly onData = (chunk: Buffer): void => {
    this.clock.add(chunk.length);
    if (!this.open) return;
    try {
      this.scanner.push(chunk);
    } catch (error) {
      this.fail(error);
    }
  };

  private readonly onEnd = (): void => {
    try {
      this.scanner.finish();
    } catch (error) {
      this.fail(error);
      return;
    }
    this.close();
    if (this.content === null) this.resolve({ fields: this.assembler.fields, file: null });
    else this.content.end();
  };

  private readonly onAbort = (cause?: unknown): void => {
    this.fail(new ClientAbort({ cause }));
  };

  private openFile(headers: Parameters<FileOpener>[0], offset: number): FileSink {
    const content = new FileContent(this, this.limits.batchBytes);
    this.content = content;
    const { name: fieldName, fileName, mediaType } = headers;
    const maxLength = this.maxLength(offset);
    const discard = (): void => {
      content.discard();
    };
    const file = { fieldName, fileName, mediaType, maxLength, content, discard };
    this.resolve({ fields: this.assembler.fields, file });
    return content;
  }

  private maxLength(offset: number): number | null {
    const declared = this.source.headers['content-length'];
    if (declared === undefined || !/^\d{1,15}$/u.test(declared)) return null;
    // CRLF, two dashes, the boundary, two dashes: the shortest end that a form can have.
    return Math.max(0, Number(declared) - offset - this.boundary.length - 6);
  }

  private fail(error: unknown): void {
    this.release();
    const failure = error instanceof Error ? error : new Error('The form could not be read.', { cause: error });
    if (this.content === null) this.reject(failure);
    else this.content.fail(failure);
  }

  private close(): void {
    this.open = false;
    this.clock.stop();
    const { source } = this;
    source.off('data', this.onData).off('end', this.onEnd);
    source.off('error', this.onAbort).off('aborted', this.onAbort).off('close', this.onAbort);
  }
}
