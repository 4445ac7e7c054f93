import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../entry/journal-syncs.mjs', import.meta.url));

/** What became of the syncs of a product's staging files. */
export class SyncJournal {
  /** @param file outside of what the product writes to */
  constructor(private readonly file: string) {}

  /** Environment for a run that writes them down. */
  get env(): Record<string, string> {
    return { NODE_OPTIONS: `--import=${ENTRY}`, STOWAGE_SYNC_JOURNAL: this.file };
  }

  /** Syncs that failed. */
  get failed(): number {
    return this.lines('failed').length;
  }

  /** Syncs that were asked for of a file of which one had failed before. */
  get again(): string[] {
    return this.lines('again');
  }

  private lines(word: string): string[] {
    if (!existsSync(this.file)) return [];
    return readFileSync(this.file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${word} `));
  }
}
