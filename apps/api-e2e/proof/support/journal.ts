import type { StoredFile } from '@stowage/contract';
import type { Acknowledgement } from '../../support/acknowledgements.js';
import { Oracle, type Expectation } from './oracle.js';

/** What the server has promised about a file, with the moments on the client's clock. */
export interface JournalledFile {
  readonly file: StoredFile;
  readonly at: number;
  readonly deleteAskedAt: number | null;
  readonly deletedAt: number | null;
}

/** An oracle that also knows when it learned what: for disks that are taken back to a moment in the past. */
export class Journal extends Oracle {
  /** By name. */
  readonly sent = new Map<string, Buffer>();
  /** By upload: when its cancel was sent, and when it was answered. */
  readonly cancels = new Map<string, { readonly askedAt: number; answeredAt: number | null }>();
  private readonly promised = new Map<string, { -readonly [member in keyof JournalledFile]: JournalledFile[member] }>();

  override begins(name: string, content: Buffer): void {
    this.sent.set(name, content);
    super.begins(name, content);
  }

  override becomes(file: StoredFile, content: Buffer): Expectation {
    const expectation = super.becomes(file, content);
    if (!this.promised.has(file.id)) this.watch(expectation);
    return expectation;
  }

  private watch(expectation: Expectation): void {
    const { file } = expectation;
    const known = {
      file,
      at: performance.now(),
      deleteAskedAt: null as number | null,
      deletedAt: null as number | null,
    };
    this.promised.set(file.id, known);
    Object.defineProperties(expectation, {
      deleteAsked: { get: () => known.deleteAskedAt !== null, set: () => (known.deleteAskedAt ??= performance.now()) },
      deleted: { get: () => known.deletedAt !== null, set: () => (known.deletedAt ??= performance.now()) },
    });
  }

  override mayBeCancelled(uploadId: string): void {
    if (!this.cancels.has(uploadId)) this.cancels.set(uploadId, { askedAt: performance.now(), answeredAt: null });
    super.mayBeCancelled(uploadId);
  }

  override isCancelled(uploadId: string): void {
    const cancel = this.cancels.get(uploadId);
    if (cancel !== undefined) cancel.answeredAt ??= performance.now();
    super.isCancelled(uploadId);
  }

  get journalledFiles(): readonly JournalledFile[] {
    return [...this.promised.values()];
  }

  /** Everything acknowledged up to a moment, by upload. */
  heldBy(moment: number): ReadonlyMap<string, readonly Acknowledgement[]> {
    const held = this.acknowledged.uploadIds.map((id) => {
      return [id, this.acknowledged.of(id).filter(({ at }) => at <= moment)] as const;
    });
    return new Map(held.filter(([, ranges]) => ranges.length > 0));
  }
}
