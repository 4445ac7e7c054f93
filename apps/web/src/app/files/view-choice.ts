import { DOCUMENT, Injectable, inject, signal } from '@angular/core';
import { type ParamMap, Router } from '@angular/router';
import { ENTRY_ORDERS, entryOrderSchema } from '@stowage/contract';
import { type Arrangement, BY_NAME, FolderView } from './folder-view.js';

/** How a folder is laid out. */
export type Layout = 'list' | 'grid';

/** What is remembered, and what an address may say. */
interface Choice extends Arrangement {
  readonly view: Layout;
}

const KEPT_AS = 'stowage.files';

/** How folders are shown. The address says it, so that it can be handed on; what was chosen last is remembered. */
@Injectable({ providedIn: 'root' })
export class ViewChoice {
  private readonly router = inject(Router);
  private readonly folder = inject(FolderView);
  private readonly storage = storageOf(inject(DOCUMENT).defaultView);
  readonly #layout = signal<Layout>('list');
  #kept: Choice = this.remembered();

  readonly layout = this.#layout.asReadonly();

  /** Takes over what the address says; what it does not say is as it was chosen last. */
  take(parameters: ParamMap): void {
    const { view, sort, order } = read((name) => parameters.get(name), this.#kept);
    this.#layout.set(view);
    this.folder.arrange({ sort, order });
  }

  lay(view: Layout): void {
    this.choose({ ...this.#kept, ...this.folder.arrangement(), view });
  }

  /** Orders by this; by what it is ordered by already the other way around. */
  sortBy(sort: Arrangement['sort']): void {
    const now = this.folder.arrangement();
    const order = now.sort === sort && now.order === 'asc' ? 'desc' : 'asc';
    this.choose({ view: this.#layout(), sort, order });
  }

  private choose(choice: Choice): void {
    this.#kept = choice;
    this.#layout.set(choice.view);
    this.folder.arrange({ sort: choice.sort, order: choice.order });
    try {
      this.storage?.setItem(KEPT_AS, JSON.stringify(choice));
    } catch {
      // A browser that keeps nothing still has the address.
    }
    void this.router.navigate([], { queryParams: { ...choice }, queryParamsHandling: 'merge', replaceUrl: true });
  }

  private remembered(): Choice {
    const usual: Choice = { view: 'list', ...BY_NAME };
    try {
      const kept: unknown = JSON.parse(this.storage?.getItem(KEPT_AS) ?? 'null');
      if (typeof kept !== 'object' || kept === null) return usual;
      return read((name) => Object.entries(kept).find(([key]) => key === name)?.[1] as unknown, usual);
    } catch {
      return usual;
    }
  }
}

/** Reads a choice out of anything; what makes no sense is as in `otherwise`. */
function read(get: (name: string) => unknown, otherwise: Choice): Choice {
  const [view, order] = [get('view'), get('order')];
  const sort = entryOrderSchema.safeParse(get('sort'));
  return {
    view: view === 'list' || view === 'grid' ? view : otherwise.view,
    sort: sort.success ? sort.data : otherwise.sort,
    order: order === 'asc' || order === 'desc' ? order : otherwise.order,
  };
}

function storageOf(window: Window | null): Storage | null {
  try {
    return window?.localStorage ?? null;
  } catch {
    return null;
  }
}

/** What can be sorted by, in the order of the columns. */
export const SORTS = ENTRY_ORDERS;
