import type { ByteRange } from '@stowage/contract';

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
  /** Parts of it that were acknowledged, or that books which the server keeps elsewhere say it holds. */
  held(): Promise<readonly ByteRange[]>;
  /** Its bytes as they are in the server's folder at the moment, without asking the server; null when there are none. */
  stored(): Promise<Buffer | null>;
  /** The next chunk to send; null when all are acknowledged. */
  readonly next: number | null;
  /** What somebody who looks for the file finds: its bytes, whole or not; null when there is none, nor is one being made. */
  visible(): Promise<Buffer | null>;
}

/** A server for uploads, with a folder of its own. */
export interface Peer {
  readonly name: string;
  /** The folder with its files. */
  readonly data: string;
  /** Its process. */
  readonly pid: number;
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

/** What is done to a peer, and has to be known from the beginning. */
export interface Setting {
  /** Its folder is a disk of its own, of so many bytes. */
  readonly diskSize?: number;
  /** It is started again and again, which should not take long. */
  readonly restarts?: boolean;
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

/** Where a chunk's bytes are. */
export function rangeOf({ content, chunkSize }: Wish, index: number): ByteRange {
  return { start: index * chunkSize, end: Math.min(content.length, (index + 1) * chunkSize) };
}

export function countOf({ content, chunkSize }: Wish): number {
  return Math.ceil(content.length / chunkSize);
}
