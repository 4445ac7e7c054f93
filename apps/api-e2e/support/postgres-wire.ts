/** A message of PostgreSQL's protocol; the first of a client has no type. */
export interface WireMessage {
  /** One letter, or `''`. */
  readonly type: string;
  /** All of it: type, length and body. */
  readonly bytes: Buffer;
}

/** Cuts a stream of bytes into messages. */
export class MessageCutter {
  private rest: Buffer = Buffer.alloc(0);

  /** @param atStart true for what a client sends: its first message begins with its length */
  constructor(private atStart: boolean) {}

  push(bytes: Buffer): WireMessage[] {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const messages: WireMessage[] = [];
    for (let message = this.next(); message !== null; message = this.next()) messages.push(message);
    return messages;
  }

  private next(): WireMessage | null {
    const head = this.atStart ? 0 : 1;
    if (this.rest.length < head + 4) return null;
    const length = head + this.rest.readInt32BE(head);
    if (this.rest.length < length) return null;
    const type = this.atStart ? '' : String.fromCharCode(this.rest[0] ?? 0);
    const message = { type, bytes: this.rest.subarray(0, length) };
    this.rest = this.rest.subarray(length);
    this.atStart = false;
    return message;
  }
}
