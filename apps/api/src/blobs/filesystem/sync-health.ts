import { errnoOf } from './storage-faults.js';

/** Failures in a row after which the volume is no longer trusted. */
const MOST_FAILURES = 3;

/** Counts syncs that fail one after the other: a single one may be a bad sector, several are a bad volume. */
export class SyncHealth {
  private failures = 0;

  /** True after three failures without a success in between. */
  get suspect(): boolean {
    return this.failures >= MOST_FAILURES;
  }

  /** Does a sync and counts how it ends. */
  async counted(sync: () => Promise<void>): Promise<void> {
    try {
      await sync();
      this.failures = 0;
    } catch (error) {
      // What is not there was not synced, and says nothing of the volume.
      if (errnoOf(error) !== 'ENOENT') this.failures++;
      throw error;
    }
  }
}
