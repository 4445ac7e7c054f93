import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  Injector,
  afterNextRender,
  computed,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Space } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Identity } from '../session/identity.js';
import { API } from '../session/server.js';
import { Announcer } from '../shell/announcer.js';
import { byteSize } from '../ui/byte-size.js';
import { ErrorCard } from '../ui/error-card.js';
import { PagedList } from '../ui/paged-list.js';
import { ShowMore } from '../ui/show-more.js';
import { VisibleName } from '../ui/visible-name.js';
import { QuotaForm } from './quota-form.js';
import { SpaceNameForm } from './space-name-form.js';
import { usageDetails, usageWords } from './space-words.js';
import { Spaces, spaceLink, spaceName } from './spaces.js';

/** All spaces of the server, for those who manage it. */
@Component({
  selector: 'stow-spaces-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, QuotaForm, RouterLink, ShowMore, SpaceNameForm, VisibleName, Words],
  templateUrl: './spaces-page.html',
  styleUrl: '../ui/fact-rows.scss',
})
export class SpacesPage {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly injector = inject(Injector);
  private readonly own = inject(Spaces).list;
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');
  private readonly form = viewChild(QuotaForm);

  protected readonly list = new PagedList<Space>(async (cursor, signal) => {
    const { spaces, next } = await this.api.spaces.listAll({ cursor }, signal);
    return { items: spaces, next };
  });
  protected readonly rows = computed(() =>
    this.list.items().map((space) => ({
      space,
      name: spaceName(space),
      link: spaceLink(space),
      usage: usageWords(space),
      details: usageDetails(space),
      quota: quotaWords(space),
    })),
  );
  protected readonly isRefused = computed(() => this.list.problem()?.code === 'not-permitted');
  /** Id of the space whose quota is being chosen. */
  protected readonly open = signal<string | null>(null);
  protected readonly create = (name: string) => this.api.spaces.create({ name });

  constructor() {
    inject(Identity);
    void this.list.refresh();
  }

  protected async created(space: Space): Promise<void> {
    this.announcer.say(say('spaces.spacesPage.made', { name: space.name }));
    await Promise.all([this.list.refresh(), this.own.refresh()]);
  }

  protected choose(space: Space): void {
    this.open.set(this.open() === space.id ? null : space.id);
    afterNextRender(() => this.form()?.focus(), { injector: this.injector });
  }

  protected async saved(space: Space): Promise<void> {
    const words = { name: spaceName(space), quota: quotaWords(space) };
    this.announcer.say(say('spaces.spacesPage.quotaChanged', words));
    this.close();
    await this.list.refresh();
  }

  /** The form is gone, and the focus would go with it. */
  protected close(): void {
    this.open.set(null);
    this.title().nativeElement.focus();
  }
}

function quotaWords({ quota, quotaChosen }: Space): string {
  const most =
    quota === null ? say('spaces.spacesPage.noQuota') : say('spaces.spacesPage.quotaIs', { size: byteSize(quota) });
  return quotaChosen ? most : say('spaces.spacesPage.bySettings', { quota: most });
}
