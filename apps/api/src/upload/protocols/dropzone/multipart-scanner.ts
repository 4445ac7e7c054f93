import { malformed, overLimit } from './form-errors.js';

/** Receives the parts of a form in order. Whatever it throws ends the scan. */
export interface PartSink {
  /**
   * A part begins.
   * @param headers its header lines without the blank line; valid during the call only
   * @param offset bytes of the form up to the part's first byte of content
   */
  partBegin(headers: Buffer, offset: number): void;
  /** Content of the part: never empty, and a view of the bytes that were pushed, not a copy. */
  partData(bytes: Buffer): void;
  /** The delimiter after the part's content was read. */
  partEnd(): void;
}

const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;
const SPACE = 0x20;
const TAB = 0x09;
const HEADERS_END = Buffer.from('\r\n\r\n');
/** Bytes before the first delimiter and after the closing one that are read over. */
const MAX_MARGIN = 1024;
/** Spaces and tabs at the end of a delimiter line that are read over. */
const MAX_PADDING = 64;
/** Header bytes are gathered in steps: most headers are short, and what is taken too much is copied for nothing. */
const HEADER_STEP = 512;

/**
 * Takes a multipart body apart while it streams (RFC 2046 section 5.1), strictly: CRLF line ends, nothing but padding on a
 * delimiter line, a closing delimiter.
 *
 * Linear in the bytes whatever they are: the only CR of a delimiter is its first byte, so at the end of a buffer only the
 * last CR can begin one, and a delimiter that breaks off is known by its length alone. No byte is held back but those.
 */
export class MultipartScanner {
  /** CRLF, two dashes, boundary. */
  private readonly delimiter: Buffer;
  private state: 'content' | 'line' | 'headers' | 'epilogue' = 'content';
  /** False before the first delimiter. */
  private inPart = false;
  /** Bytes at the end of the content so far that equal the beginning of the delimiter. */
  private matched = 2;
  /** How many of those are not content: the CRLF of a delimiter may be the line end before the content, or absent. */
  private borrowed = 2;
  private margin = 0;
  private line: 'start' | 'dash' | 'padding' | 'return' = 'start';
  private padding = 0;
  /** Headers being read, after the CRLF of the delimiter line: the blank line is then CRLF CRLF even without headers. */
  private readonly block: Buffer;
  private blockLength = 0;
  /** Bytes of all buffers before the current one. */
  private consumed = 0;

  constructor(
    boundary: string,
    private readonly maxHeaderBytes: number,
    private readonly sink: PartSink,
  ) {
    this.delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
    this.block = Buffer.allocUnsafe(maxHeaderBytes + 2);
  }

  /**
   * Reads the next bytes of the form.
   * @throws FormError `malformed-multipart` or `multipart-limit`; the scanner must not be used again then
   */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.step(chunk, at);
    this.consumed += chunk.length;
  }

  /**
   * Says that no more bytes come.
   * @throws FormError `malformed-multipart` when the closing delimiter was not seen
   */
  finish(): void {
    if (this.state !== 'epilogue') throw malformed('The form ends before its closing boundary.');
  }

  /** Reads on from `at`; returns where it stopped. */
  private step(chunk: Buffer, at: number): number {
    switch (this.state) {
      case 'content':
        return this.readContent(chunk, at);
      case 'line':
        return this.readLine(chunk, at);
      case 'headers':
        return this.readHeaders(chunk, at);
      case 'epilogue':
        this.countMargin(chunk.length - at);
        return chunk.length;
    }
  }

  private readContent(chunk: Buffer, at: number): number {
    if (this.matched > 0) {
      const end = this.resumeMatch(chunk, at);
      if (this.state !== 'content' || end === chunk.length) return end;
    }
    const found = chunk.indexOf(this.delimiter, at);
    if (found >= 0) {
      this.emit(chunk, at, found);
      this.endContent();
      return found + this.delimiter.length;
    }
    this.matched = this.matchAtEnd(chunk, at);
    this.emit(chunk, at, chunk.length - this.matched);
    return chunk.length;
  }

  /**
   * Goes on with a delimiter that the buffer before ended in. If it proves to be content, the bytes held back are emitted
   * and the search begins anew at `at`: nothing before can be part of another delimiter.
   */
  private resumeMatch(chunk: Buffer, at: number): number {
    const held = this.matched;
    let end = at;
    while (this.matched < this.delimiter.length && chunk[end] === this.delimiter[this.matched]) {
      end += 1;
      this.matched += 1;
    }
    if (this.matched === this.delimiter.length) this.endContent();
    else if (end < chunk.length) {
      this.emit(this.delimiter, this.borrowed, held);
      this.matched = 0;
      this.borrowed = 0;
      return at;
    }
    return end;
  }

  /** How many bytes at the end of the chunk may begin a delimiter. */
  private matchAtEnd(chunk: Buffer, at: number): number {
    const earliest = Math.max(at, chunk.length - this.delimiter.length + 1);
    let start = chunk.length - 1;
    while (start >= earliest && chunk[start] !== CR) start -= 1;
    if (start < earliest) return 0;
    const length = chunk.length - start;
    return chunk.compare(this.delimiter, 0, length, start, chunk.length) === 0 ? length : 0;
  }

  private emit(bytes: Buffer, start: number, end: number): void {
    if (start === end) return;
    if (this.inPart) this.sink.partData(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
    else this.countMargin(end - start);
  }

  private countMargin(bytes: number): void {
    this.margin += bytes;
    if (this.margin > MAX_MARGIN) throw malformed('The form has too many bytes outside of its parts.');
  }

  private endContent(): void {
    this.matched = 0;
    this.margin = 0;
    this.line = 'start';
    this.padding = 0;
    this.state = 'line';
    if (this.inPart) this.sink.partEnd();
    this.inPart = true;
  }

  /** Reads the rest of a delimiter line: two dashes close the form, a line end begins a part. */
  private readLine(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (this.line === 'dash' && byte === DASH) {
        this.state = 'epilogue';
        return at + 1;
      }
      if (this.line === 'return' && byte === LF) {
        this.block.write('\r\n', 'latin1');
        this.blockLength = 2;
        this.state = 'headers';
        return at + 1;
      }
      this.line = this.nextOnLine(byte);
    }
    return chunk.length;
  }

  private nextOnLine(byte: number | undefined): 'dash' | 'padding' | 'return' {
    if (this.line === 'start' && byte === DASH) return 'dash';
    if (this.line === 'start' || this.line === 'padding') {
      if (byte === CR) return 'return';
      this.padding += 1;
      if ((byte === SPACE || byte === TAB) && this.padding <= MAX_PADDING) return 'padding';
    }
    throw malformed('A boundary of the form is followed by something else than a line end.');
  }

  private readHeaders(chunk: Buffer, at: number): number {
    const known = this.blockLength;
    const length = known + chunk.copy(this.block, known, at, Math.min(chunk.length, at + HEADER_STEP));
    const end = this.block.subarray(0, length).indexOf(HEADERS_END, Math.max(0, known - HEADERS_END.length + 1));
    if (end < 0) {
      if (length === this.block.length) {
        throw overLimit(`The headers of a form's part can have ${this.maxHeaderBytes} bytes at most.`);
      }
      this.blockLength = length;
      return at + length - known;
    }
    const next = at + end + HEADERS_END.length - known;
    this.state = 'content';
    this.matched = 2;
    this.borrowed = 2;
    this.sink.partBegin(this.block.subarray(2, Math.max(2, end)), this.consumed + next);
    return next;
  }
}
