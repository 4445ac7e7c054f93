import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { ActivatedRoute, RouterLink } from '@angular/router';
import { type LinkKind, SPACE_ROLE_PERMISSIONS } from '@stowage/contract';
import { Words } from '../language/words.js';
import { Identity } from '../session/identity.js';
import { Session } from '../session/session.js';
import { Spaces, spaceName } from '../spaces/spaces.js';
import { ErrorCard } from '../ui/error-card.js';
import { LinkList } from './link-list.js';

/** All links of one kind into a space. The route says which kind. */
@Component({
  selector: 'stow-links-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, LinkList, RouterLink, Words],
  templateUrl: './links-page.html',
  styles: `
    .panel-actions select {
      width: auto;
      max-width: 100%;
    }

    .loading {
      display: grid;
      gap: 0.875rem;
      padding: 1rem;
      border-top: 1px solid var(--line);
    }

    .intro {
      margin: 0;
      padding: 0 1rem 0.75rem;
      color: var(--muted);
    }
  `,
})
export class LinksPage {
  private readonly session = inject(Session);
  protected readonly spaces = inject(Spaces).list;
  protected readonly kind: LinkKind = inject(ActivatedRoute).snapshot.data['kind'] === 'request' ? 'request' : 'share';
  protected readonly chosen = signal<string | null>(null);

  /** The spaces whose links somebody may see. */
  protected readonly choices = computed(() =>
    this.spaces
      .items()
      .filter(
        ({ role }) => role === null || this.session.isAdmin() || SPACE_ROLE_PERMISSIONS[role].includes('files:write'),
      )
      .map((space) => ({ id: space.id, name: spaceName(space) })),
  );
  protected readonly space = computed(() => this.chosen() ?? this.choices()[0]?.id ?? null);

  constructor() {
    inject(Identity);
    void this.spaces.refresh();
  }
}
