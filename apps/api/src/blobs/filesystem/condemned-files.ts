import { CondemnedBytes } from '../blob-store.js';

/**
 * Staged files that a sync has failed for. After it the kernel takes the lost pages for clean, so another sync would
 * succeed and prove nothing: such a file is never synced again, and nothing more is written to it.
 */
export class CondemnedFiles {
  private readonly byUpload = new Map<string, CondemnedBytes>();

  /** @returns the error to throw; the first cause stays */
  condemn(uploadId: string, cause: unknown): CondemnedBytes {
    const known = this.byUpload.get(uploadId);
    if (known !== undefined) return known;
    const condemned = new CondemnedBytes('The disk has not kept what was written.', { cause });
    this.byUpload.set(uploadId, condemned);
    return condemned;
  }

  /** @throws CondemnedBytes when the file of an upload is condemned */
  refuse(uploadId: string): void {
    const known = this.byUpload.get(uploadId);
    if (known !== undefined) throw known;
  }

  /** Does what makes bytes durable; a failure condemns the file. */
  async orCondemn(uploadId: string, sync: () => Promise<void>): Promise<void> {
    this.refuse(uploadId);
    try {
      await sync();
    } catch (error) {
      throw this.condemn(uploadId, error);
    }
  }

  /** Forgets a file that was removed. */
  forget(uploadId: string): void {
    this.byUpload.delete(uploadId);
  }
}
