import type { SentStatus } from '@stowage/contract';
import { assertSameFacts, compareHeld } from './compare-held.js';
import type { RetryOptions } from './retries.js';
import type { UploadContext } from './upload-context.js';
import type { UploadSource } from './upload-source.js';

/** Compares what an upload holds with a file, and tells how far that is. */
export class HeldCheck {
  /** Bytes compared so far; null while nothing is compared. */
  checked: number | null = null;

  constructor(
    private readonly source: UploadSource,
    private readonly context: UploadContext,
    /** Told while the comparison goes on. */
    private readonly onChecked: () => void,
  ) {}

  /** @throws ProblemError different-file, source-changed, or the refusal of an upload that has ended meanwhile */
  async run(status: SentStatus, waiting: RetryOptions): Promise<void> {
    const compared = (bytes: number): void => {
      this.checked = bytes;
      this.onChecked();
    };
    const { id, received } = status.upload;
    try {
      assertSameFacts(this.source, status);
      compared(0);
      await compareHeld(this.source, id, received, this.context, waiting, compared);
    } finally {
      this.checked = null;
    }
  }
}
