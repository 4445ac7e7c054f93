import type { Readable } from 'node:stream';
import type { ByteRange } from '@stowage/contract';
import type { BlobKey, BlobStore, ChunkTarget, Content, MeasuredBlob, Pace } from '../src/blobs/blob-store.js';

/** Calls of a store that can be watched. */
export type StoreCall =
  | 'checkRoom'
  | 'writeChunk'
  | 'digest'
  | 'hashStaged'
  | 'head'
  | 'publish'
  | 'discard'
  | 'staged'
  | 'trim'
  | 'setAside'
  | 'removeAside'
  | 'setBlobAside'
  | 'size'
  | 'hash'
  | 'read'
  | 'delete'
  | 'probe';

/** A real store in front of which a test can stand: it can count, wait, or fail as a disk would. */
export class WatchedStore implements BlobStore {
  /** Calls made so far, in order. */
  readonly calls: StoreCall[] = [];
  /** Runs before the real call; throws in its place. */
  before: (call: StoreCall) => void | Promise<void> = () => undefined;
  /** Runs when the real call has returned, before its caller hears of it. */
  after: (call: StoreCall) => void | Promise<void> = () => undefined;

  constructor(private readonly real: BlobStore) {}

  private async watch<T>(call: StoreCall, work: () => Promise<T>): Promise<T> {
    this.calls.push(call);
    await this.before(call);
    const result = await work();
    await this.after(call);
    return result;
  }

  checkRoom(): Promise<void> {
    return this.watch('checkRoom', () => this.real.checkRoom());
  }

  writeChunk(target: ChunkTarget, content: Content): Promise<number> {
    return this.watch('writeChunk', () => this.real.writeChunk(target, content));
  }

  digest(uploadId: string, length: number): Promise<string> {
    return this.watch('digest', () => this.real.digest(uploadId, length));
  }

  hashStaged(uploadId: string, range: ByteRange): Promise<string> {
    return this.watch('hashStaged', () => this.real.hashStaged(uploadId, range));
  }

  head(uploadId: string, length: number): Promise<Uint8Array> {
    return this.watch('head', () => this.real.head(uploadId, length));
  }

  follow(uploadId: string, end: number): void {
    this.real.follow(uploadId, end);
  }

  publish(uploadId: string, key: BlobKey): Promise<void> {
    return this.watch('publish', () => this.real.publish(uploadId, key));
  }

  discard(uploadId: string): Promise<void> {
    return this.watch('discard', () => this.real.discard(uploadId));
  }

  trim(uploadId: string, end: number): Promise<void> {
    return this.watch('trim', () => this.real.trim(uploadId, end));
  }

  setAside(uploadId: string, at: Date): Promise<void> {
    return this.watch('setAside', () => this.real.setAside(uploadId, at));
  }

  setBlobAside(key: BlobKey, at: Date): Promise<void> {
    return this.watch('setBlobAside', () => this.real.setBlobAside(key, at));
  }

  keys(): AsyncIterable<readonly BlobKey[]> {
    return this.real.keys();
  }

  removeAside(before: Date): Promise<number> {
    return this.watch('removeAside', () => this.real.removeAside(before));
  }

  staged(): Promise<string[]> {
    return this.watch('staged', () => this.real.staged());
  }

  size(key: BlobKey): Promise<number | null> {
    return this.watch('size', () => this.real.size(key));
  }

  hash(key: BlobKey, pace: Pace): Promise<MeasuredBlob | null> {
    return this.watch('hash', () => this.real.hash(key, pace));
  }

  read(key: BlobKey, range: ByteRange): Promise<Readable> {
    return this.watch('read', () => this.real.read(key, range));
  }

  delete(key: BlobKey): Promise<void> {
    return this.watch('delete', () => this.real.delete(key));
  }

  probe(): Promise<void> {
    return this.watch('probe', () => this.real.probe());
  }
}
