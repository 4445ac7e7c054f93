import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  type ElementRef,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { Link, LinkChange, LinkKind } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Connection } from '../session/connection.js';
import { API } from '../session/server.js';
import { Announcer } from '../shell/announcer.js';
import { Confirmation } from '../ui/confirmation.js';
import { ErrorCard } from '../ui/error-card.js';
import { Icon } from '../ui/icon.js';
import { PagedList } from '../ui/paged-list.js';
import { ShowMore } from '../ui/show-more.js';
import { localDateTime, localTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { AccessLog } from './access-log.js';
import { LinkForm } from './link-form.js';
import { linkAddress, linkFacts, linkLook, linkName } from './link-words.js';

/** Whose links are listed. */
export type LinksOf = { readonly entry: string } | { readonly space: string };

/** Links of one kind, and what can be done with each. */
@Component({
  selector: 'stow-link-list',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [AccessLog, ErrorCard, Icon, LinkForm, ShowMore, VisibleName, Words],
  templateUrl: './link-list.html',
  styleUrl: './link-list.scss',
})
export class LinkList {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly confirmation = inject(Confirmation);
  private readonly connection = inject(Connection);
  private readonly document = inject(DOCUMENT);
  private readonly top = viewChild.required<ElementRef<HTMLElement>>('top');

  readonly kind = input.required<LinkKind>();
  readonly of = input.required<LinksOf>();
  /** Whether links that are listed are told apart by what they lead to. */
  readonly named = input(false);

  protected readonly list = new PagedList<Link>(async (cursor, signal) => {
    const { links, next } = await this.api.links.list(this.of(), { cursor }, signal);
    return { items: links, next };
  });
  protected readonly rows = computed(() =>
    this.list
      .items()
      .filter(({ kind }) => kind === this.kind())
      .map((link) => ({
        link,
        name: linkName(link),
        address: linkAddress(link, this.document.baseURI),
        look: linkLook(link.state),
        facts: linkFacts(link),
        made: this.madeWords(link),
      })),
  );
  protected readonly asOf = computed(() => {
    const loadedAt = this.list.loadedAt();
    if (this.connection.state() === 'online' || loadedAt === null) return '';
    return say('files.panel.asOf', { time: localTime(loadedAt) });
  });
  /** What is open below a row. */
  protected readonly open = signal<{ readonly id: string; readonly what: 'form' | 'log' } | null>(null);
  /** Id of the link that was copied last. */
  protected readonly copied = signal('');
  protected readonly failed = signal<{ readonly problem: ProblemError; readonly again: () => void } | null>(null);

  constructor() {
    effect(() => {
      this.of();
      untracked(() => {
        this.list.clear();
        this.open.set(null);
        void this.list.refresh();
      });
    });
    let before = this.connection.state();
    effect(() => {
      const state = this.connection.state();
      if (state === 'online' && before !== 'online') untracked(() => void this.list.refresh());
      before = state;
    });
  }

  /** Reads it again, and puts the focus to a link that is new. */
  async show(link: Link): Promise<void> {
    await this.list.refresh();
    this.document.defaultView?.setTimeout(() =>
      this.document.getElementById(`link-copy-${link.id}`)?.focus({ preventScroll: false }),
    );
  }

  protected toggle(id: string, what: 'form' | 'log'): void {
    const open = this.open();
    this.open.set(open?.id === id && open.what === what ? null : { id, what });
  }

  /** Changes a link, for the form below its row. */
  protected readonly change = async (changes: LinkChange, shown: Link | null): Promise<void> => {
    if (shown === null) return;
    const link = await this.api.links.change(shown.id, changes);
    this.announcer.say(say('sharing.list.changed', { name: linkName(link) }));
    this.close();
    await this.list.refresh();
  };

  protected close(): void {
    this.open.set(null);
    this.top().nativeElement.focus();
  }

  protected async revoke(link: Link): Promise<void> {
    const yes = await this.confirmation.ask({
      title: say('sharing.list.askRevoke'),
      name: linkName(link),
      consequence: say(link.kind === 'share' ? 'sharing.list.askRevokeShare' : 'sharing.list.askRevokeRequest'),
      action: say('sharing.list.revoke'),
    });
    if (yes) await this.end(link);
  }

  // Without a secure context there is no clipboard: then the text is selected, for the keyboard.
  protected async copy(id: string, field: HTMLInputElement): Promise<void> {
    const clipboard = this.document.defaultView?.navigator.clipboard;
    try {
      if (clipboard === undefined) throw new Error('no clipboard');
      await clipboard.writeText(field.value);
      this.copied.set(id);
      this.announcer.say(say('sharing.list.isCopied'));
    } catch {
      field.focus();
      field.select();
    }
  }

  private async end(link: Link): Promise<void> {
    this.failed.set(null);
    try {
      await this.api.links.revoke(link.id);
      this.announcer.say(say('sharing.list.revoked', { name: linkName(link) }));
      await this.list.refresh();
      // Its button is gone.
      this.top().nativeElement.focus();
    } catch (error) {
      this.failed.set({ problem: toProblem(error), again: () => void this.end(link) });
    }
  }

  private madeWords({ createdAt, createdBy }: Link): string {
    const time = localDateTime(createdAt);
    return createdBy === null
      ? say('sharing.list.made', { time })
      : say('sharing.list.madeBy', { time, name: createdBy });
  }
}
