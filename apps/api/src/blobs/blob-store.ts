import type { Readable } from 'node:stream';
import type { ByteRange } from '@stowage/contract';

/** Bytes on their way in: batches of buffers, in order, pulled by whoever writes them. */
export type Content = AsyncIterable<readonly Buffer[]>;

/** Where a chunk's bytes go. */
export interface ChunkTarget {
  /** Id of the upload; ours, never a client's text. */
  readonly uploadId: string;
  readonly offset: number;
  /** Most bytes that may arrive. */
  readonly maxLength: number;
  /** True while the ledger holds nothing of this upload: only then may the staging file be missing. */
  readonly first: boolean;
}

/** Names a blob: the space that holds it and the SHA-256 of its bytes. */
export interface BlobKey {
  readonly spaceId: string;
  readonly sha256: string;
}

/**
 * Where bytes live. When a method has returned, what it wrote is synced, names included. Content fails by throwing.
 * Faults are ProblemErrors: `storage-full` when space or inodes ran out, else `storage-failed`, with the cause;
 * `file-unreadable` when a blob cannot be read; `file-too-large` when more bytes come than may; MissingBytes when recorded bytes are gone; CondemnedBytes when the disk may not have kept what it was given.
 */
export interface BlobStore {
  /** @throws ProblemError storage-full when less is free than has to stay free */
  checkRoom(): Promise<void>;

  /**
   * Writes and syncs one chunk at its place in the upload's staging area. On a fault nothing counts as written. Before a
   * byte is read it asks for room as {@link checkRoom} does.
   * @returns bytes written
   * @throws CondemnedBytes after a failed sync, then and for every later chunk of the upload, until it is discarded
   */
  writeChunk(target: ChunkTarget, content: Content): Promise<number>;

  /**
   * SHA-256 of the first `length` bytes staged, in hex. Bytes already followed are not read again.
   * @throws MissingBytes when fewer are there; CondemnedBytes
   */
  digest(uploadId: string, length: number): Promise<string>;

  /**
   * SHA-256 of a part of what is staged, in hex. Only recorded bytes may be asked for.
   * @throws MissingBytes when fewer are there; CondemnedBytes
   */
  hashStaged(uploadId: string, range: ByteRange): Promise<string>;

  /**
   * The first `length` bytes staged; they must have been recorded.
   * @throws MissingBytes when fewer are there; CondemnedBytes
   */
  head(uploadId: string, length: number): Promise<Uint8Array>;

  /** Says that the bytes before `end` are recorded, so that their digest can be computed meanwhile. */
  follow(uploadId: string, end: number): void;

  /**
   * Gives the staged bytes their permanent name. What stands there unreferenced is replaced; the staging copy stays.
   * @throws CondemnedBytes when they could not be synced, now or before
   */
  publish(uploadId: string, key: BlobKey): Promise<void>;

  /** Removes what is staged for an upload; no fault when there is nothing. */
  discard(uploadId: string): Promise<void>;

  /**
   * Cuts what is staged to its first `end` bytes; nobody may be writing to it.
   * @throws MissingBytes when fewer are there
   */
  trim(uploadId: string, end: number): Promise<void>;

  /** Puts what is staged for an upload aside, marked with a moment; no fault when there is nothing. */
  setAside(uploadId: string, at: Date): Promise<void>;

  /** Puts a blob aside in the same way. */
  setBlobAside(key: BlobKey, at: Date): Promise<void>;

  /** The keys of everything at rest, in batches. What comes or goes meanwhile may be among them or not. */
  keys(): AsyncIterable<readonly BlobKey[]>;

  /** Removes what was put aside before a moment. Returns how many files. */
  removeAside(before: Date): Promise<number>;

  /** Ids of all uploads that have something staged. */
  staged(): Promise<string[]>;

  /** Size of a blob in bytes; null when it is not there. */
  size(key: BlobKey): Promise<number | null>;

  /**
   * Reads all bytes of a blob and measures them, off the event loop.
   * @returns null when it is not there
   * @throws ProblemError file-unreadable when the disk cannot read it; the reason of an abort
   */
  hash(key: BlobKey, pace: Pace): Promise<MeasuredBlob | null>;

  /** Reads a part of a blob, at least one byte. The stream reports later faults; whoever asked destroys it. */
  read(key: BlobKey, range: ByteRange): Promise<Readable>;

  /** Removes a blob; no fault when it is gone. */
  delete(key: BlobKey): Promise<void>;

  /**
   * Writes and syncs a small file and removes it: fails as a chunk would, and also without room. It also fails, once, when
   * three syncs in a row have failed; its own success then clears that.
   */
  probe(): Promise<void>;
}

/** How fast bytes at rest may be read, and when to stop. */
export interface Pace {
  readonly bytesPerSecond: number;
  readonly signal: AbortSignal;
}

/** What a blob's bytes turned out to be. */
export interface MeasuredBlob {
  /** Bytes. */
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

/** Recorded bytes are not where the record says: the upload cannot go on. */
export class MissingBytes extends Error {
  override readonly name = 'MissingBytes';
}

/**
 * A sync of an upload's bytes has failed. Nobody can say any more which of them the disk holds, and a second sync would
 * not tell: the upload cannot go on.
 */
export class CondemnedBytes extends Error {
  override readonly name = 'CondemnedBytes';
}

/** Token of the {@link BlobStore}. */
export const BLOB_STORE = Symbol('BLOB_STORE');
