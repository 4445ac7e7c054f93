import { Injectable, signal } from '@angular/core';
import type { LinkKind } from '@stowage/contract';

/** A file or folder that links lead to. Of a root folder, the id is that of its space. */
export interface LinkTarget {
  readonly id: string;
  readonly name: string;
}

/** Shows the links of one kind to an entry, and makes them. */
export interface LinksQuestion {
  readonly kind: LinkKind;
  readonly target: LinkTarget;
}

/** Which dialog about links is open. */
@Injectable({ providedIn: 'root' })
export class SharingQuestions {
  readonly #links = signal<LinksQuestion | null>(null);

  readonly links = this.#links.asReadonly();

  /** Opens the dialog for links to read an entry. */
  share(target: LinkTarget): void {
    this.#links.set({ kind: 'share', target });
  }

  /** Opens the dialog for links to upload into a folder. */
  request(target: LinkTarget): void {
    this.#links.set({ kind: 'request', target });
  }

  close(): void {
    this.#links.set(null);
  }
}
