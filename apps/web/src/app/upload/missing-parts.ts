import { Injectable, inject, signal } from '@angular/core';
import type { ByteRange, UploadSummary } from '@stowage/contract';
import { API } from '../session/server.js';

/** Which parts of an unfinished upload the server lacks. */
export interface Parts {
  readonly missing: readonly ByteRange[];
  /** True when there are more than are listed. */
  readonly truncated: boolean;
}

/** The gaps of unfinished uploads, asked for one upload after the other: lists do not tell them. */
@Injectable({ providedIn: 'root' })
export class MissingParts {
  private readonly api = inject(API);
  readonly #known = signal<ReadonlyMap<string, Parts>>(new Map());
  #wanted: readonly UploadSummary[] = [];
  #asking = false;

  /** The gaps of an upload; null while they are not known. */
  of(upload: UploadSummary): Parts | null {
    return this.#known().get(keyOf(upload)) ?? null;
  }

  /** Asks for the gaps of these uploads, where they are not known yet; those of others are forgotten. */
  async want(uploads: readonly UploadSummary[]): Promise<void> {
    this.#wanted = uploads.filter(hasGaps);
    const keys = new Set(this.#wanted.map(keyOf));
    this.#known.update((known) => new Map([...known].filter(([key]) => keys.has(key))));
    if (this.#asking) return;
    this.#asking = true;
    try {
      for (let next = this.next(); next !== undefined; next = this.next()) await this.ask(next);
    } catch {
      // The rows say how much there is, without the gaps; the next refresh asks again.
    } finally {
      this.#asking = false;
    }
  }

  private next(): UploadSummary | undefined {
    return this.#wanted.find((upload) => this.of(upload) === null);
  }

  private async ask(upload: UploadSummary): Promise<void> {
    const { missing, missingTruncated } = await this.api.uploadStatus(upload.id);
    this.#known.update((known) => new Map(known).set(keyOf(upload), { missing, truncated: missingTruncated }));
  }
}

function hasGaps({ state, received, length }: UploadSummary): boolean {
  return state === 'receiving' && received > 0 && received !== length;
}

// What is missing changes only with what was received.
function keyOf({ id, received }: UploadSummary): string {
  return `${id} ${received}`;
}
