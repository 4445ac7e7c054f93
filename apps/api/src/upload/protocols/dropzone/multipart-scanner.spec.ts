import { describe, expect, it } from '@jest/globals';
import { errorCode, inPieces } from '../../../../test/multipart-forms.js';
import { MultipartScanner, type PartSink } from './multipart-scanner.js';

interface SeenPart {
  readonly headers: string;
  readonly offset: number;
  readonly content: string;
  readonly ended: boolean;
}

/** Notes everything, piece by piece. */
class Recorder implements PartSink {
  private readonly seen: { headers: string; offset: number; pieces: Buffer[]; ended: boolean }[] = [];

  partBegin(headers: Buffer, offset: number): void {
    this.seen.push({ headers: headers.toString(), offset, pieces: [], ended: false });
  }

  partData(bytes: Buffer): void {
    const part = this.seen.at(-1);
    if (part === undefined || part.ended || bytes.length === 0) throw new Error('This piece belongs to no part.');
    // A view of the real buffer, even where the scanner was given one that counts.
    part.pieces.push(bytes.subarray(0));
  }

  partEnd(): void {
    const part = this.seen.at(-1);
    if (part === undefined || part.ended) throw new Error('There is no part to end.');
    part.ended = true;
  }

  get parts(): SeenPart[] {
    return this.seen.map(({ pieces, ...part }) => ({ ...part, content: Buffer.concat(pieces).toString('latin1') }));
  }

  get pieceCount(): number {
    return this.seen.reduce((sum, part) => sum + part.pieces.length, 0);
  }
}

function scan(body: string | Buffer, size = Infinity, boundary = 'b', maxHeaderBytes = 8192): SeenPart[] {
  const recorder = new Recorder();
  const scanner = new MultipartScanner(boundary, maxHeaderBytes, recorder);
  const bytes = Buffer.from(body as string);
  for (const chunk of inPieces(bytes, Math.min(size, Math.max(1, bytes.length)))) scanner.push(chunk);
  scanner.finish();
  return recorder.parts;
}

function verdict(body: string, size?: number, maxHeaderBytes?: number): string {
  try {
    return `${scan(body, size, 'b', maxHeaderBytes).length} parts`;
  } catch (error) {
    return errorCode(error);
  }
}

const PART = '--b\r\nA: x\r\n\r\n';

describe.each([1, 2, 3, 5, Infinity])('the scanner, fed %p bytes at a time', (size) => {
  it('finds headers, content and place of each part', () => {
    expect(scan('--b\r\nA: x\r\nB: y\r\n\r\none\r\n--b\r\nC: z\r\n\r\n\r\n--b--\r\n', size)).toEqual([
      { headers: 'A: x\r\nB: y', offset: 19, content: 'one', ended: true },
      { headers: 'C: z', offset: 37, content: '', ended: true },
    ]);
  });

  it.each([
    '\r',
    '\n',
    '\r\n',
    '\r\n-',
    '\r\n--',
    '\r\n--a',
    '\r\r\n--',
    '\r\n\r\n--\r\n--',
    '--b',
    '-',
    'x--b',
    '\n--b',
  ])('keeps content that looks like a delimiter: %j', (almost) => {
    const content = `x${almost}y${almost}`;
    expect(scan(`${PART}${content}\r\n--b--`, size)).toMatchObject([{ content, ended: true }]);
  });

  it('takes a part without headers, an empty form, a preamble, padding and an epilogue', () => {
    expect(scan('--b\r\n\r\nx\r\n--b--', size)).toMatchObject([{ headers: '', content: 'x' }]);
    expect(scan('--b--\r\n', size)).toEqual([]);
    expect(
      scan(`preamble\r\n--c\r\n${PART}x\r\n--b \t\r\nA: y\r\n\r\nz\r\n--b-- \r\nepilogue\r\n--b`, size),
    ).toMatchObject([
      { headers: 'A: x', content: 'x' },
      { headers: 'A: y', content: 'z' },
    ]);
    expect(scan(`\r\n${PART}x\r\n--b--`, size)).toMatchObject([{ content: 'x' }]);
  });

  it('takes a delimiter right after the headers, whose blank line ends in its CRLF', () => {
    expect(scan(`${PART}--b--`, size)).toMatchObject([{ content: '', ended: true }]);
  });

  it.each([
    ['nothing', ''],
    ['no boundary', 'hello'],
    ['no closing delimiter', `${PART}x`],
    ['half a closing delimiter', `${PART}x\r\n--b-`],
    ['a delimiter line without end', `${PART}x\r\n--b`],
    ['an end in the headers', '--b\r\nA: x\r\n'],
    ['an end after a delimiter', `${PART}x\r\n--b\r\n`],
    ['text after a delimiter', `${PART}x\r\n--bc\r\nA: x\r\n\r\n\r\n--b--`],
    ['one dash after a delimiter', `${PART}x\r\n--b-x`],
    ['padding, then dashes', `${PART}x\r\n--b --\r\n`],
    ['a bare CR after a delimiter', `${PART}x\r\n--b\rx`],
    ['a bare LF after a delimiter', '--b\nA: x\n\nx\n--b--\n'],
    ['much padding', `--b${' '.repeat(65)}\r\nA: x\r\n\r\n\r\n--b--`],
    ['a long preamble', `${'p'.repeat(1025)}\r\n${PART}x\r\n--b--`],
    ['a long epilogue', `${PART}x\r\n--b--${'e'.repeat(1025)}`],
  ])('refuses %s', (_, body) => {
    expect(verdict(body, size)).toBe('malformed-multipart');
  });

  it('reads over margins and padding up to their limits', () => {
    expect(verdict(`${'p'.repeat(1024)}\r\n${PART}x\r\n--b--${'e'.repeat(1024)}`, size)).toBe('1 parts');
    const padded = `--b${' \t'.repeat(32)}\r\nA: x\r\n\r\n\r\n`;
    expect(verdict(`${padded}${padded}--b--`, size)).toBe('2 parts');
  });

  it('limits the headers of a part to the byte', () => {
    const headers = (bytes: number): string => `--b\r\n${'x'.repeat(bytes - 4)}\r\n\r\ncontent\r\n--b--`;
    expect(verdict(headers(100), size, 100)).toBe('1 parts');
    expect(verdict(headers(101), size, 100)).toBe('multipart-limit');
    expect(verdict(`--b\r\n${'x'.repeat(10_000)}`, size, 100)).toBe('multipart-limit');
    expect(verdict(`--b\r\n${'A: b\r\n'.repeat(17)}`, size, 100)).toBe('multipart-limit');
  });
});

describe('the scanner', () => {
  it('hands over views of the buffers it was given, and holds back no more than may begin a delimiter', () => {
    const seen: Buffer[] = [];
    const sink = {
      partBegin: () => undefined,
      partData: (bytes: Buffer) => void seen.push(bytes),
      partEnd: () => undefined,
    };
    const scanner = new MultipartScanner('boundary', 100, sink);
    scanner.push(Buffer.from('--boundary\r\nA: x\r\n\r\n'));
    const chunks = [
      Buffer.alloc(5000, 'a'),
      Buffer.from('bbb\r\n--bo'),
      Buffer.from('und'),
      Buffer.from('x'),
      Buffer.from('c\r'),
    ];
    for (const chunk of chunks) scanner.push(chunk);
    expect(seen[0]).toBe(chunks[0]);
    expect(seen[1]?.buffer).toBe(chunks[1]?.buffer);
    expect(seen.slice(1).map(String)).toEqual(['bbb', '\r\n--bound', 'x', 'c']);
  });

  it.each([1, 7, 1000, 65_536])(
    'does linear work on the worst bodies, fed %p bytes at a time',
    (size) => {
      const boundary = 'a'.repeat(70);
      const units = [
        '\r\n--',
        '\r',
        '\r\n',
        'a',
        `\r\n--${'a'.repeat(69)}`,
        `\r\n--${'a'.repeat(69)}b`,
        '\r\n\r\n',
        '-',
      ];
      for (const unit of units) {
        const content = unit.repeat(Math.ceil(20_000 / unit.length));
        const body = Buffer.from(`--${boundary}\r\nA: x\r\n\r\n.${content}.\r\n--${boundary}--`);
        const counter = { work: 0 };
        const recorder = new Recorder();
        const scanner = new MultipartScanner(boundary, 8192, recorder);
        for (const chunk of inPieces(body, size)) scanner.push(counted(chunk, counter));
        scanner.finish();
        // Compared outside of `expect`, which takes long over strings of this length.
        expect(recorder.parts.map((part) => part.ended && part.content === `.${content}.`)).toEqual([true]);
        // Each byte is searched once; the seams between buffers cost a delimiter's length each, or less when they are short.
        expect(counter.work).toBeLessThan(5 * body.length);
        expect(recorder.pieceCount).toBeLessThanOrEqual(2 * Math.ceil(body.length / size) + 2);
      }
    },
    60_000,
  );
});

/** A buffer that counts the bytes that are looked at: single reads, and the ranges given to the built-in searches. */
function counted(chunk: Buffer, counter: { work: number }): Buffer {
  return new Proxy(chunk, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/u.test(key)) counter.work += 1;
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (key === 'indexOf') counter.work += target.length - Number(args[1] ?? 0);
        if (key === 'compare' || key === 'copy') counter.work += Number(args[4] ?? args[3]) - Number(args[3] ?? 0);
        return (value as (...parameters: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}
