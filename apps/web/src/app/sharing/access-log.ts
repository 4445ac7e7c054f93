import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { LINK_ACCESS_DAYS, type LinkAccess } from '@stowage/contract';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { ErrorCard } from '../ui/error-card.js';
import { PagedList } from '../ui/paged-list.js';
import { ShowMore } from '../ui/show-more.js';
import { localDateTime } from '../ui/time-span.js';
import { accessWords } from './link-words.js';

/** An access with a name of its own: the server gives it none, and an instant may have several. */
interface Access extends LinkAccess {
  readonly id: string;
}

/** What was done with a link, and from which network. */
@Component({
  selector: 'stow-access-log',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, ShowMore, Words],
  template: `
    @if (list.problem(); as problem) {
      <stow-error-card [what]="'sharing.access.notRead' | words" [problem]="problem" (retry)="list.refresh()" />
    }
    @if (rows().length > 0) {
      <ul [attr.aria-label]="'sharing.access.label' | words">
        @for (row of rows(); track row.id) {
          <li>
            <span class="what">{{ row.words }}</span>
            <time [attr.datetime]="row.at">{{ row.time }}</time>
            <span>{{ row.network }}</span>
          </li>
        }
      </ul>
      @if (list.hasMore()) {
        <stow-show-more [list]="list" [label]="'sharing.access.more' | words" />
      }
    } @else if (list.loadedAt() !== null) {
      <p>{{ 'sharing.access.none' | words }}</p>
    } @else if (list.problem() === null) {
      <div aria-busy="true">
        <span class="visually-hidden">{{ 'sharing.access.reading' | words }}</span>
        <span class="skeleton"></span>
      </div>
    }
    <p>{{ 'sharing.access.kept' | words: { days } }}</p>
  `,
  styles: `
    :host {
      display: block;
      font-size: 0.875rem;
    }

    ul {
      max-height: 16rem;
      margin: 0;
      padding: 0;
      overflow: auto;
      list-style: none;
    }

    li {
      display: flex;
      flex-wrap: wrap;
      gap: 0 0.875rem;
      padding: 0.25rem 0;
      color: var(--muted);
    }

    .what {
      flex: 1 1 12rem;
      color: var(--text);
      overflow-wrap: anywhere;
    }

    p {
      margin: 0.375rem 0 0;
      color: var(--muted);
    }
  `,
})
export class AccessLog {
  private readonly api = inject(API);
  readonly link = input.required<string>();

  protected readonly days = LINK_ACCESS_DAYS;
  #read = 0;
  protected readonly list = new PagedList<Access>(async (cursor, signal) => {
    const { accesses, next } = await this.api.links.listAccesses(this.link(), { cursor }, signal);
    return { items: accesses.map((access) => ({ ...access, id: String(++this.#read) })), next };
  });
  protected readonly rows = computed(() =>
    this.list.items().map((access) => ({ ...access, words: accessWords(access), time: localDateTime(access.at) })),
  );

  constructor() {
    effect(() => {
      this.link();
      untracked(() => {
        this.list.clear();
        void this.list.refresh();
      });
    });
  }
}
