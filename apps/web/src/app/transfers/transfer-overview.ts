import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import type { UploadSummary } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Connection } from '../session/connection.js';
import { API } from '../session/server.js';
import { Announcer } from '../shell/announcer.js';
import { Spaces, spaceName } from '../spaces/spaces.js';
import { byteSize } from '../ui/byte-size.js';
import { ErrorCard } from '../ui/error-card.js';
import { Icon } from '../ui/icon.js';
import { ShowMore } from '../ui/show-more.js';
import { localTime } from '../ui/time-span.js';
import { keepFresh } from './keep-fresh.js';
import { PurgeDialog, type PurgeScope } from './purge-dialog.js';
import { type Choice, FIRST_WISH, TransferFilter, type UploadWish } from './transfer-filter.js';
import { UploadLines } from './upload-lines.js';
import { UploadPages } from './upload-pages.js';
import { moves } from './upload-status.js';
import { UploadWork } from './upload-work.js';

/** Most that a choice offers. */
const CHOICES = 200;

/** The uploads of many: those into a space, for its managers, or all, for admins. */
@Component({
  selector: 'stow-transfer-overview',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, Icon, PurgeDialog, ShowMore, TransferFilter, UploadLines, Words],
  providers: [UploadWork],
  templateUrl: './transfer-overview.html',
  styleUrl: './transfers-page.scss',
})
export class TransferOverview {
  /** Id of the only space; null for all. */
  readonly space = input.required<string | null>();

  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly connection = inject(Connection);
  private readonly spaces = inject(Spaces).list;
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');
  private readonly wish = signal<UploadWish>(FIRST_WISH);
  protected readonly work = inject(UploadWork);
  protected readonly purging = signal(false);
  protected readonly owners = signal<readonly Choice[]>([]);
  protected readonly allSpaces = signal<readonly Choice[]>([]);

  private readonly pages = new UploadPages(this.api, () => {
    const { name, ...wish } = this.wish();
    return { ...wish, ...this.scope(), name: name === '' ? null : name };
  });
  protected readonly list = this.pages.list;
  protected readonly spaceNames = computed(() => new Map(this.allSpaces().map(({ id, name }) => [id, name])));
  protected readonly refused = computed(() => {
    const code = this.list.problem()?.code;
    if (code === 'space-not-found') return say('transfers.overview.noSpace');
    if (code !== 'not-permitted') return '';
    return say(this.space() === null ? 'transfers.overview.refusedAll' : 'transfers.overview.refusedSpace');
  });
  protected readonly total = computed(() => {
    const { total, bytes } = this.pages.sums();
    return [
      say('transfers.overview.total', { count: total }),
      say('transfers.overview.held', { size: byteSize(bytes) }),
    ];
  });
  protected readonly asOf = computed(() => {
    const loadedAt = this.list.loadedAt();
    if (this.connection.state() === 'online' || loadedAt === null) return '';
    return say('transfers.list.asOf', { time: localTime(loadedAt) });
  });
  protected readonly mayPurge = computed(() => this.wish().states.includes('receiving'));
  protected readonly idleFor = computed(() => this.wish().idleFor);
  protected readonly about = computed<PurgeScope>(() => {
    const { name, owner, space } = this.wish();
    const only = this.space() ?? space;
    return {
      scope: this.scope().scope,
      ...(only === null ? {} : { space: only }),
      ...(owner === null ? {} : { owner }),
      ...(name === '' ? {} : { name }),
    };
  });

  constructor() {
    effect(() => {
      this.space();
      untracked(() => this.wished(FIRST_WISH));
    });
    keepFresh(
      () => this.refresh(),
      () => this.list.items().some(moves),
    );
  }

  protected async refresh(): Promise<void> {
    await Promise.all([this.list.refresh(), this.spaces.refresh(), this.readChoices()]);
  }

  /** Looks for others. What was found before is not shown as what is found now. */
  protected wished(wish: UploadWish): void {
    this.wish.set(wish);
    this.list.clear();
    void this.list.refresh();
  }

  protected async keep(upload: UploadSummary): Promise<void> {
    await this.work.keepLonger(upload, () => this.list.refresh());
  }

  protected async remove(upload: UploadSummary): Promise<void> {
    await this.work.remove(upload, async () => {
      await this.list.refresh();
      // Its button may be gone with the row.
      if (!this.list.items().some(({ id }) => id === upload.id)) this.title().nativeElement.focus();
    });
  }

  protected async purged(words: string): Promise<void> {
    this.purging.set(false);
    this.announcer.say(words);
    await this.list.refresh();
    this.title().nativeElement.focus();
  }

  private scope(): { readonly scope: 'all' } | { readonly scope: 'space'; readonly space: string } {
    const space = this.space();
    return space === null ? { scope: 'all' } : { scope: 'space', space };
  }

  // Without them the list can be looked at all the same; what is wrong is told there.
  private async readChoices(): Promise<void> {
    const space = this.space();
    const query = { limit: CHOICES };
    try {
      if (space === null) {
        const [{ accounts }, { spaces }] = await Promise.all([
          this.api.listAccounts(query),
          this.api.spaces.listAll(query),
        ]);
        this.owners.set(accounts.map(({ id, name }) => ({ id, name })));
        this.allSpaces.set(spaces.map((one) => ({ id: one.id, name: spaceName(one) })));
        return;
      }
      const { members } = await this.api.spaces.listMembers(space, query);
      this.owners.set(members.map(({ account, name }) => ({ id: account, name })));
    } catch {
      this.owners.set([]);
    }
  }
}
