import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  effect,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { type ProblemError, toProblem } from '@stowage/client';
import { type Member, SPACE_ROLES } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Identity } from '../session/identity.js';
import { API } from '../session/server.js';
import { Session } from '../session/session.js';
import { Announcer } from '../shell/announcer.js';
import { ListKeeper } from '../shell/list-keeper.js';
import { Confirmation } from '../ui/confirmation.js';
import { ErrorCard } from '../ui/error-card.js';
import { PagedList } from '../ui/paged-list.js';
import { ShowMore } from '../ui/show-more.js';
import { localDate } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { CurrentSpace } from './current-space.js';
import { MemberForm } from './member-form.js';
import { SpaceNav } from './space-nav.js';
import { roleWords } from './space-words.js';
import { Spaces, spaceName } from './spaces.js';

/** Who is in a space, and as what. */
@Component({
  selector: 'stow-members-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, MemberForm, RouterLink, ShowMore, SpaceNav, VisibleName, Words],
  templateUrl: './members-page.html',
  styleUrl: '../ui/fact-rows.scss',
})
export class MembersPage {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly confirmation = inject(Confirmation);
  private readonly router = inject(Router);
  private readonly session = inject(Session);
  private readonly spaces = inject(Spaces).list;
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');
  protected readonly current = inject(CurrentSpace);

  protected readonly list = new PagedList<Member & { readonly id: string }>(async (cursor, signal) => {
    const { members, next } = await this.api.spaces.listMembers(this.id(), { cursor }, signal);
    return { items: members.map((member) => ({ ...member, id: member.account })), next };
  });
  protected readonly rows = computed(() => {
    const own = this.session.who()?.account?.id;
    return this.list.items().map((member) => ({
      member,
      isOwn: member.account === own,
      role: roleWords(member.role),
      since: say('spaces.membersPage.since', { day: localDate(new Date(member.createdAt)) }),
    }));
  });
  protected readonly id = computed(() => this.current.chosen() ?? '');
  protected readonly name = computed(() => {
    const space = this.current.space();
    return space === null ? '' : spaceName(space);
  });
  /** A space of one account has nobody else in it. */
  protected readonly isPersonal = computed(() => this.current.space()?.kind === 'personal');
  protected readonly isMissing = computed(
    () => this.current.isMissing() || this.list.problem()?.code === 'space-not-found',
  );
  protected readonly roles = SPACE_ROLES;
  protected readonly roleWords = roleWords;
  protected readonly failed = signal<{ readonly problem: ProblemError; readonly again: () => void } | null>(null);

  constructor() {
    inject(Identity);
    inject(ListKeeper);
    inject(ActivatedRoute)
      .paramMap.pipe(takeUntilDestroyed())
      .subscribe((parameters) => this.current.choose(parameters.get('space')));
    effect(() => {
      this.id();
      untracked(() => {
        this.failed.set(null);
        this.list.clear();
        void this.list.refresh();
      });
    });
  }

  /** What could not be read may be the space as well: without it neither its name is known nor what one may do. */
  protected async readAgain(): Promise<void> {
    await Promise.all([this.current.refresh(), this.list.refresh()]);
  }

  protected async added({ name }: Member): Promise<void> {
    this.announcer.say(say('spaces.membersPage.added', { name }));
    await this.list.refresh();
  }

  protected async changeRole({ account, name, role: before }: Member, select: HTMLSelectElement): Promise<void> {
    const role = SPACE_ROLES.find((one) => one === select.value) ?? before;
    // What is not done is not shown as done.
    select.value = before;
    await this.do(async () => {
      await this.api.spaces.changeMember(this.id(), account, role);
      this.announcer.say(say(`spaces.nowRole.${role}`, { name }));
      await Promise.all([this.list.refresh(), this.current.refresh()]);
    });
  }

  protected async remove({ account, name }: Member): Promise<void> {
    const yes = await this.confirmation.ask({
      title: say('spaces.membersPage.askRemove'),
      name,
      consequence: say('spaces.membersPage.askRemoveThen'),
      action: say('spaces.membersPage.remove'),
    });
    if (!yes) return;
    await this.do(async () => {
      await this.api.spaces.removeMember(this.id(), account).catch(unlessGone);
      this.announcer.say(say('spaces.membersPage.removed', { name }));
      await this.list.refresh();
      // Its button is gone with the row.
      this.title().nativeElement.focus();
    });
  }

  protected async leave(): Promise<void> {
    const name = this.name();
    const yes = await this.confirmation.ask({
      title: say('spaces.membersPage.askLeave'),
      name,
      consequence: say('spaces.membersPage.askLeaveThen'),
      action: say('spaces.membersPage.leave'),
    });
    if (!yes) return;
    await this.do(async () => {
      await this.api.spaces.leave(this.id()).catch(unlessGone);
      this.announcer.say(say('spaces.membersPage.left', { name }));
      await this.router.navigateByUrl('/');
      await this.spaces.refresh();
    });
  }

  private async do(work: () => Promise<void>): Promise<void> {
    this.failed.set(null);
    try {
      await work();
    } catch (error) {
      this.failed.set({ problem: toProblem(error), again: () => void this.do(work) });
    }
  }
}

// Whoever is not there any more has been removed.
function unlessGone(error: unknown): void {
  if (toProblem(error).code !== 'member-not-found') throw error;
}
