import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Words } from '../language/words.js';
import { ShowMore } from '../ui/show-more.js';
import { CurrentSpace } from './current-space.js';
import { Spaces, spaceLink, spaceName } from './spaces.js';

/** The way from one space to another, for those who have more than one. */
@Component({
  selector: 'stow-space-nav',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterLink, ShowMore, Words],
  template: `
    @if (links().length > 1 || current.chosen() !== null) {
      <nav class="side-by-side" [attr.aria-label]="'spaces.nav.label' | words">
        @for (link of links(); track link.id) {
          <a
            [routerLink]="link.address"
            [class.here]="link.id === current.id()"
            [attr.aria-current]="link.id === current.id() ? 'page' : null"
            >{{ link.name }}</a
          >
        }
        @if (list.hasMore()) {
          <stow-show-more [list]="list" [label]="'spaces.nav.more' | words" />
        }
      </nav>
    }
  `,
  styles: `
    :host:empty {
      display: none;
    }

    .more {
      padding: 0;
      border: 0;
    }
  `,
})
export class SpaceNav {
  protected readonly current = inject(CurrentSpace);
  protected readonly list = inject(Spaces).list;
  protected readonly links = computed(() =>
    this.list.items().map((space) => ({ id: space.id, name: spaceName(space), address: spaceLink(space) })),
  );
}
