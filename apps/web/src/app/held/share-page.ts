import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  DestroyRef,
  type ElementRef,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import type { HeldShare, SharedEntry, SharedEntryList } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { byteSize } from '../ui/byte-size.js';
import { ErrorCard } from '../ui/error-card.js';
import { Icon } from '../ui/icon.js';
import { PagedList } from '../ui/paged-list.js';
import { ShowMore } from '../ui/show-more.js';
import { localDateTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { ADDRESS } from './held-address.js';
import { Holding } from './holding.js';

/** A file or a folder that somebody shares. Which folder is shown stands behind the `#`, which goes to no server. */
@Component({
  selector: 'stow-share-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, Icon, ShowMore, VisibleName, Words],
  templateUrl: './share-page.html',
  styleUrl: './share-page.scss',
})
export class SharePage {
  private readonly api = inject(API);
  private readonly holding = inject(Holding);
  private readonly document = inject(DOCUMENT);
  private readonly slug = inject(ADDRESS).slug;
  private readonly top = viewChild.required<ElementRef<HTMLElement>>('top');

  readonly link = input.required<HeldShare>();

  /** Id of the folder that is looked at; null for the one that is shared. */
  protected readonly folder = signal(this.folderInAddress());
  /** Where the folder of the list is, the shared one first. */
  protected readonly place = signal<Pick<SharedEntryList, 'folder' | 'ancestors'> | null>(null);
  protected readonly list = new PagedList<SharedEntry>(async (cursor, signal) => {
    const page = await this.api.links.listShared(this.slug, this.folder(), { cursor }, signal);
    this.place.set(page);
    return { items: page.entries, next: page.next };
  });
  protected readonly isFolder = computed(() => this.link().entry?.kind === 'folder');
  protected readonly heading = computed(() => this.link().title || (this.link().entry?.name ?? ''));
  protected readonly facts = computed(() => {
    const { downloadsLeft, expiresAt } = this.link();
    const facts: string[] = [];
    if (downloadsLeft !== null) facts.push(say('held.share.left', { count: downloadsLeft }));
    if (expiresAt !== null) facts.push(say('held.until', { time: localDateTime(expiresAt) }));
    return facts;
  });
  protected readonly file = computed(() => {
    const { entry } = this.link();
    return entry?.kind === 'file' ? this.rowOf(entry) : null;
  });
  protected readonly rows = computed(() => this.list.items().map((entry) => this.rowOf(entry)));
  protected readonly crumbs = computed(() => this.place()?.ancestors ?? []);
  /** Where all that is looked at is downloaded as one ZIP file. */
  protected readonly zip = computed(() => {
    const folder = this.folder();
    return this.api.links.zipAddress(this.slug, folder === null ? [] : [folder]);
  });

  constructor() {
    const { defaultView: window } = this.document;
    const turned = (): void => this.folder.set(this.folderInAddress());
    window?.addEventListener('hashchange', turned);
    inject(DestroyRef).onDestroy(() => window?.removeEventListener('hashchange', turned));
    let before: string | null | undefined;
    effect(() => {
      const folder = this.folder();
      if (!this.isFolder() || before === folder) return;
      const isFirst = before === undefined;
      before = folder;
      untracked(() => void this.open(isFirst));
    });
    effect(() => {
      const problem = this.list.problem();
      if (problem !== null) untracked(() => this.holding.heard(problem));
    });
  }

  private async open(isFirst: boolean): Promise<void> {
    this.list.clear();
    await this.list.refresh();
    if (!isFirst) this.top().nativeElement.focus();
  }

  private rowOf(entry: SharedEntry) {
    const { id, kind, size } = entry;
    const isFolder = kind === 'folder';
    return {
      ...{ id, name: entry.name, isFolder, size: size === null ? '' : byteSize(size) },
      time: localDateTime(entry.createdAt),
      ...{ sha256: entry.sha256, open: `#${id}` },
      download: isFolder ? this.api.links.zipAddress(this.slug, [id]) : this.api.links.fileAddress(this.slug, id),
    };
  }

  private folderInAddress(): string | null {
    const id = this.document.location.hash.slice(1);
    return /^[\w-]{22}$/u.test(id) ? id : null;
  }
}
