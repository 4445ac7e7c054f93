import { Answer } from '../../support/http.js';

/** What a server has said on one connection. */
export interface Answers {
  readonly answers: readonly Answer[];
  /** Bytes that are no whole answer. */
  readonly rest: Buffer;
  /** What about it is no HTTP; null when all of it is. */
  readonly fault: string | null;
}

interface Parsed {
  readonly answer: Answer;
  readonly end: number;
}

/** Reads all answers; interim ones do not count. */
export function answersIn(bytes: Buffer, toHead: boolean): Answers {
  const answers: Answer[] = [];
  let rest = bytes;
  try {
    for (;;) {
      const parsed = parseOne(rest, toHead && answers.length === 0);
      if (parsed === null) return { answers, rest, fault: null };
      if (parsed.answer.status >= 200) answers.push(parsed.answer);
      rest = rest.subarray(parsed.end);
    }
  } catch (error) {
    return { answers, rest, fault: (error as Error).message };
  }
}

/** @throws Error when it is no HTTP */
function parseOne(bytes: Buffer, toHead: boolean): Parsed | null {
  const beginning = bytes.subarray(0, 9).toString('latin1');
  if (!'HTTP/1.1 '.startsWith(beginning)) throw new Error(`an answer begins with ${JSON.stringify(beginning)}`);
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  if (!/^HTTP\/1\.1 \d{3} /u.test(statusLine)) throw new Error(`the status line is ${JSON.stringify(statusLine)}`);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const status = Number(statusLine.split(' ')[1]);
  const start = end + 4;
  const rest = bytes.subarray(start);
  // What answers a HEAD further back in a row of requests has no body either, and the next answer stands there instead.
  // A HEAD that is no HTTP is not known for one: whoever has sent it gets a body, and the end of the connection.
  const isRefusedUnread = UNREAD.has(status) && headers.connection === 'close' && rest[0] === OPENING_BRACE;
  const empty =
    (toHead && !isRefusedUnread) ||
    status < 200 ||
    status === 204 ||
    status === 304 ||
    rest.subarray(0, 7).equals(NEXT);
  if (empty) return { answer: new Answer(status, headers, Buffer.alloc(0)), end: start };
  const body = headers['transfer-encoding'] === 'chunked' ? chunkedBody(rest) : plainBody(rest, headers);
  return body === null ? null : { answer: new Answer(status, headers, body.bytes), end: start + body.end };
}

/** Statuses of what was refused before it was a request. */
const UNREAD: ReadonlySet<number> = new Set([400, 408, 431]);
const OPENING_BRACE = 0x7b;
const NEXT = Buffer.from('HTTP/1.');

interface Body {
  readonly bytes: Buffer;
  readonly end: number;
}

function plainBody(bytes: Buffer, headers: Readonly<Record<string, string>>): Body | null {
  const text = headers['content-length'] ?? '0';
  // To whoever speaks an older HTTP, a body of unknown length ends with the connection.
  if (headers['content-length'] === undefined && headers.connection === 'close') return { bytes, end: bytes.length };
  if (!/^\d+$/u.test(text)) throw new Error(`Content-Length is ${text}`);
  const length = Number(text);
  return bytes.length < length ? null : { bytes: bytes.subarray(0, length), end: length };
}

function chunkedBody(bytes: Buffer): Body | null {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return null;
    const size = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16);
    if (Number.isNaN(size)) throw new Error('a chunk of an answer has no size');
    const next = end + 2 + size;
    if (bytes.length < next + 2) return null;
    parts.push(bytes.subarray(end + 2, next));
    at = next + 2;
    if (size === 0) return { bytes: Buffer.concat(parts), end: at };
  }
}
