import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { Answer } from './http.js';

/** What has come on a connection, and why no more was waited for. */
export interface Read {
  readonly bytes: Buffer;
  readonly end: 'enough' | 'closed' | 'late';
}

/** A connection that sends what it is told, whether HTTP allows it or not. */
export class RawSocket {
  private readonly received: Buffer[] = [];
  private readonly closed: Promise<void>;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes) => this.received.push(bytes));
    // A reset is one of the ways in which a server may close.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('end', resolve).once('close', () => {
        resolve();
      });
    });
  }

  static async open(port: number, host = '127.0.0.1'): Promise<RawSocket> {
    const socket = connect({ port, host, allowHalfOpen: true });
    await once(socket, 'connect');
    return new RawSocket(socket);
  }

  get localPort(): number {
    return this.socket.localPort ?? 0;
  }

  /** Resolves when the bytes have left the process; a server that reads no more does not keep us. */
  async write(bytes: string | Buffer): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.write(bytes, () => {
        resolve();
      });
    });
  }

  /** Says that nothing more comes, and goes on reading. */
  halfClose(): void {
    this.socket.end();
  }

  /** Vanishes without a word. */
  vanish(): void {
    this.socket.resetAndDestroy();
  }

  /** Reads no more, as a program that hangs. */
  stall(): void {
    this.socket.pause();
  }

  /** Everything that has come, once the server has said that nothing more does. */
  async everything(): Promise<string> {
    await this.closed;
    return Buffer.concat(this.received).toString('latin1');
  }

  /** Closes the connection. */
  close(): void {
    this.socket.destroy();
  }

  private more(): Promise<unknown> {
    return new Promise((resolve) => this.socket.once('data', resolve));
  }

  /**
   * Reads until enough has come, the server says that nothing more does, or the time is up.
   * @param isEnough looks at everything that has come so far
   */
  async read(isEnough: (received: Buffer) => boolean, ms: number): Promise<Read> {
    let end: Read['end'] | null = null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        end ??= 'late';
        resolve();
      }, ms);
    });
    void this.closed.then(() => (end ??= 'closed'));
    for (;;) {
      const bytes = Buffer.concat(this.received);
      // What came last counts, even if it came together with the end.
      if (isEnough(bytes)) end = 'enough';
      if (end !== null) {
        clearTimeout(timer);
        return { bytes, end };
      }
      await Promise.race([this.more(), this.closed, late]);
    }
  }

  /**
   * The answer to the last request, as soon as it is whole; null when the connection was closed without one.
   * @throws Error when neither happens in time
   */
  async answer(ms = 20_000): Promise<Answer | null> {
    let late = false;
    let closed = false;
    const timer = setTimeout(() => {
      late = true;
      this.socket.destroy();
    }, ms);
    void this.closed.then(() => (closed = true));
    try {
      for (;;) {
        const answer = parse(Buffer.concat(this.received));
        if (late) throw new Error(`No answer and no end of the connection within ${ms} ms.`);
        if (answer !== null || closed) return answer;
        await Promise.race([this.more(), this.closed]);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Sends bytes on a connection of their own and reads the answer. */
export async function exchange(port: number, bytes: string | Buffer, halfClose = false): Promise<Answer | null> {
  const socket = await RawSocket.open(port);
  await socket.write(bytes);
  if (halfClose) socket.halfClose();
  const answer = await socket.answer();
  socket.close();
  return answer;
}

/** The text of a request up to its body. */
export function requestHead(method: string, path: string, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function parse(bytes: Buffer): Answer | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const status = Number(statusLine.split(' ')[1]);
  const body = bytes.subarray(end + 4);
  if (status === 100) return parse(body);
  const length = Number(headers['content-length'] ?? 0);
  return body.length < length ? null : new Answer(status, headers, body.subarray(0, length));
}
