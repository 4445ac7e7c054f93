import { numberedName } from '../../src/entries/numbered-names.js';
import { createHash } from 'node:crypto';
import type { ConflictPolicy, UploadState } from '@stowage/contract';

/** What a client declares when it begins an upload. */
export interface BeginFacts {
  /** Null: nobody will know it again. A Dropzone key otherwise, or one of REST, which begins with `rest/`. */
  readonly key: string | null;
  readonly name: string;
  readonly length: number | null;
  readonly chunkSize: number | null;
  readonly conflict: ConflictPolicy;
  readonly sha256: string | null;
}

/** A row of chunks, as far as answers depend on it. */
interface ModelChunk {
  readonly offset: number;
  length: number;
  readonly digest: string | null;
}

/** All that is known of an upload by whoever has read every answer. */
export interface ModelUpload {
  /** Given by the server; empty until it has. */
  id: string;
  readonly facts: BeginFacts;
  name: string;
  conflict: ConflictPolicy;
  length: number | null;
  state: UploadState;
  reason: string | null;
  /** The bytes held, each at its place. */
  held: (number | undefined)[];
  received: number;
  chunks: ModelChunk[];
  /** Its time is up by the database's clock. */
  due: boolean;
  /** It ended so long ago that it may be forgotten. */
  old: boolean;
  gone: boolean;
}

/** A file, of which everybody can see that it is there or in the trash. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Another has taken its place: it takes no name any more, but still its bytes of the quota. */
  readonly inTrash: boolean;
}

/** Bytes a client sends to a place. */
export interface Bytes {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** What the server has to be, and to answer, said in the simplest way: every byte by itself, every sum counted anew. */
export class Model {
  uploads: ModelUpload[] = [];
  /** By the position of their upload. */
  files = new Map<number, ModelFile>();

  constructor(
    readonly quota: number,
    readonly mostOpen: number,
  ) {}

  copy(): Model {
    const copy = new Model(this.quota, this.mostOpen);
    copy.uploads = structuredClone(this.uploads);
    copy.files = new Map(this.files);
    return copy;
  }

  get used(): number {
    return [...this.files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  get reserved(): number {
    return this.open.reduce((sum, { length, received }) => sum + (length ?? received), 0);
  }

  private get open(): ModelUpload[] {
    return this.uploads.filter(({ state, gone }) => state === 'receiving' && !gone);
  }

  /** The upload at a position. */
  at(index: number): ModelUpload {
    const upload = this.uploads[index];
    if (upload === undefined) throw new Error(`There is no upload ${index}.`);
    return upload;
  }

  isTaken(name: string): boolean {
    return [...this.files.values()].some((file) => !file.inTrash && file.name === name);
  }

  fits(bytes: number): boolean {
    return bytes === 0 || this.used + this.reserved + bytes <= this.quota;
  }

  countOpen(): number {
    return this.open.length;
  }

  /** What any request about an upload is answered once it changes nothing. */
  answer(upload: ModelUpload): string {
    if (upload.gone) return 'upload-not-found';
    if (upload.state === 'cancelled') return 'upload-cancelled';
    if (upload.state === 'expired') return 'upload-expired';
    return upload.state === 'failed' ? (upload.reason ?? 'internal') : upload.state;
  }

  isWhole({ received, length }: ModelUpload): boolean {
    return received === length;
  }

  /** Ends an upload without a file. */
  end(upload: ModelUpload, state: UploadState, reason: string | null = null): void {
    Object.assign(upload, { state, reason, due: false, chunks: [] });
  }

  /** Makes the file of a whole upload, or says why there is none. Returns the answer. */
  seal(upload: ModelUpload): string {
    const index = this.uploads.indexOf(upload);
    let { name } = upload;
    const taken = this.isTaken(name);
    if (taken && upload.conflict === 'reject') return (upload.reason = 'name-taken');
    for (let number = 1; upload.conflict === 'rename' && this.isTaken(name); number++)
      name = numberedName(upload.name, number);
    const bytes = Buffer.from(upload.held.map((byte) => byte ?? 0));
    if (upload.facts.sha256 !== null && upload.facts.sha256 !== digestOf(bytes)) {
      this.end(upload, 'failed', 'digest-mismatch');
      return 'digest-mismatch';
    }
    for (const [old, file] of this.files) if (file.name === name) this.files.set(old, { ...file, inTrash: true });
    this.files.set(index, { name, bytes, inTrash: false });
    this.end(upload, 'complete');
    return 'complete';
  }

  /** What happens to all of them when nobody asks. */
  upkeep(): void {
    for (const upload of this.uploads) {
      if (upload.due && upload.state === 'receiving') this.end(upload, 'expired');
      else if (upload.old) upload.gone = true;
    }
  }
}

/** Where bytes without a gap end. */
export function contiguousEnd({ held }: ModelUpload): number {
  let end = 0;
  while (held[end] !== undefined) end++;
  return end;
}

/** SHA-256 in hex. */
export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
