import { createHash, randomBytes } from 'node:crypto';
import type { Content } from '../src/blobs/blob-store.js';

/** Content that comes in the given batches, one buffer each. */
export async function* contentOf(...batches: readonly (Buffer | string)[]): Content {
  for (const batch of batches) {
    await Promise.resolve();
    yield [Buffer.from(batch as string)];
  }
}

/** Content that breaks off after the given batches. */
export async function* brokenContent(error: Error, ...batches: readonly (Buffer | string)[]): Content {
  yield* contentOf(...batches);
  throw error;
}

/** Content that comes only when it is told to. */
export class HeldContent {
  /** Settles when somebody wants the first bytes. */
  readonly asked: Promise<void>;
  private readonly gate: Promise<void>;
  private ask: () => void = () => undefined;
  private open: () => void = () => undefined;
  private refuse: (error: Error) => void = () => undefined;

  /** @param first what comes before it waits */
  constructor(
    private readonly first: Buffer,
    private readonly rest: Buffer,
  ) {
    this.asked = new Promise((resolve) => (this.ask = resolve));
    this.gate = new Promise((resolve, reject) => {
      this.open = resolve;
      this.refuse = reject;
    });
    this.gate.catch(() => undefined);
  }

  get content(): Content {
    return this.flow();
  }

  private async *flow(): Content {
    yield [this.first];
    // Whoever asks again has written the first bytes.
    this.ask();
    await this.gate;
    yield [this.rest];
  }

  /** Lets the rest come. */
  goOn(): void {
    this.open();
  }

  /** Breaks off instead. */
  breakOff(error = new Error('the client is gone')): void {
    this.refuse(error);
  }
}

/** Random bytes, so that none of them can be taken for others. */
export function bytesOf(length: number): Buffer {
  return randomBytes(length);
}

/** SHA-256 in hex. */
export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Reads a stream whole. */
export async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
