/** What a server has said to a chunk: held, held and the file is whole, or no. */
export type Said = 'held' | 'whole' | 'refused';

/** What a client wants to upload. */
export interface Wish {
  readonly name: string;
  readonly content: Buffer;
  readonly chunkSize: number;
}

/** One upload, as the client of a server's own protocol does it. */
export interface PeerUpload {
  readonly wish: Wish;
  /**
   * Sends a chunk.
   * @param altered with another byte in it than its digest says, as if by a fault on the way, where there is a way to say one
   */
  send(index: number, altered?: boolean): Promise<Said>;
  /**
   * After a fault: asks what is held, if the protocol has a way to.
   * @returns bytes that were acknowledged and are no more
   */
  resume(): Promise<number>;
  /** The next chunk to send; null when all are acknowledged. */
  readonly next: number | null;
  /** What somebody who looks for the file finds: its bytes, whole or not; null when there is none. */
  visible(): Promise<Buffer | null>;
}

/** A server for uploads, with a folder of its own. */
export interface Peer {
  readonly name: string;
  /** Starts it, or starts it again. */
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Ends it and removes its folder. */
  dispose(): Promise<void>;
  begin(wish: Wish): Promise<PeerUpload>;
  /** After the time that it gives an upload nobody goes on with, and a start: bytes on its disk that belong to no whole file. */
  garbage(whole: readonly PeerUpload[]): Promise<number>;
}

/** A chunk's bytes. */
export function chunkOf({ content, chunkSize }: Wish, index: number): Buffer {
  return content.subarray(index * chunkSize, (index + 1) * chunkSize);
}

/** The same with one bit in it changed. */
export function alteredChunkOf(wish: Wish, index: number): Buffer {
  const bytes = Buffer.from(chunkOf(wish, index));
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes;
}

export function countOf({ content, chunkSize }: Wish): number {
  return Math.ceil(content.length / chunkSize);
}
