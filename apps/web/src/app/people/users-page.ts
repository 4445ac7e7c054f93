import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  type ElementRef,
  computed,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { ChangePerson, PasswordLink, Person } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Identity } from '../session/identity.js';
import { API } from '../session/server.js';
import { Session } from '../session/session.js';
import { Announcer } from '../shell/announcer.js';
import { Confirmation } from '../ui/confirmation.js';
import { ErrorCard } from '../ui/error-card.js';
import { PagedList } from '../ui/paged-list.js';
import { ShowMore } from '../ui/show-more.js';
import { ShownOnce } from '../ui/shown-once.js';
import { localTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { InviteForm } from './invite-form.js';
import { historyOf, roleWord, stateWord } from './person-words.js';

/** Who has an account, and what it may do: for those who manage the server. */
@Component({
  selector: 'stow-users-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, InviteForm, ShowMore, ShownOnce, VisibleName, Words],
  templateUrl: './users-page.html',
  styleUrl: '../ui/fact-rows.scss',
})
export class UsersPage {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly confirmation = inject(Confirmation);
  private readonly document = inject(DOCUMENT);
  private readonly session = inject(Session);
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');

  protected readonly list = new PagedList<Person>(async (cursor, signal) => {
    const { accounts, next } = await this.api.listAccounts({ cursor }, signal);
    return { items: accounts, next };
  });
  protected readonly rows = computed(() => {
    const own = this.session.who()?.account?.id;
    return this.list.items().map((person) => ({
      person,
      isOwn: person.id === own,
      role: roleWord(person),
      state: stateWord(person),
      history: historyOf(person, new Date()),
    }));
  });
  /** Where nobody has an account, somebody has to make the first one before others can be invited. */
  protected readonly isOpen = computed(() => this.session.who()?.access === 'open');
  protected readonly isRefused = computed(() => this.list.problem()?.code === 'not-permitted');
  protected readonly made = signal<{ readonly name: string; readonly url: string; readonly until: string } | null>(
    null,
  );
  protected readonly failed = signal<{ readonly problem: ProblemError; readonly again: () => void } | null>(null);

  constructor() {
    inject(Identity);
    void this.list.refresh();
  }

  /** Shows the link of somebody who has just been invited. */
  protected show(name: string, { url, expiresAt }: PasswordLink): void {
    this.made.set({
      name,
      url: new URL(url, this.document.location.origin).href,
      until: localTime(new Date(expiresAt)),
    });
    void this.list.refresh();
  }

  /** Whoever has a link does not need to see it any more. */
  protected handedOver(): void {
    this.made.set(null);
    this.title().nativeElement.focus();
  }

  protected async makeLink({ id, name, state }: Person): Promise<void> {
    if (state === 'active') {
      const yes = await this.confirmation.ask({
        title: say('people.usersPage.askLink'),
        name,
        consequence: say('people.usersPage.askLinkThen'),
        action: say('people.usersPage.askLinkYes'),
      });
      if (!yes) return;
    }
    await this.do(async () => this.show(name, await this.api.makePasswordLink(id)));
  }

  protected async changeRole(person: Person): Promise<void> {
    const role = person.role === 'admin' ? 'member' : 'admin';
    await this.change(
      person,
      { role },
      say(role === 'admin' ? 'people.usersPage.nowAdmin' : 'people.usersPage.nowMember', { name: person.name }),
    );
  }

  protected async disable(person: Person): Promise<void> {
    const yes = await this.confirmation.ask({
      title: say('people.usersPage.askDisable'),
      name: person.name,
      consequence: say('people.usersPage.askDisableThen'),
      action: say('people.usersPage.disable'),
    });
    if (yes) await this.change(person, { disabled: true }, say('people.usersPage.nowDisabled', { name: person.name }));
  }

  protected async enable(person: Person): Promise<void> {
    await this.change(person, { disabled: false }, say('people.usersPage.nowEnabled', { name: person.name }));
  }

  protected async withdraw({ id, name }: Person): Promise<void> {
    const yes = await this.confirmation.ask({
      title: say('people.usersPage.askWithdraw'),
      name,
      consequence: say('people.usersPage.askWithdrawThen'),
      action: say('people.usersPage.withdraw'),
    });
    if (!yes) return;
    await this.do(async () => {
      await this.api.withdrawInvitation(id).catch((error: unknown) => {
        if (toProblem(error).code !== 'account-not-found') throw error;
      });
      this.announcer.say(say('people.usersPage.nowWithdrawn', { name }));
      if (this.made()?.name === name) this.made.set(null);
      await this.list.refresh();
      // Its button is gone with the row.
      this.title().nativeElement.focus();
    });
  }

  private async change({ id }: Person, changes: ChangePerson, words: string): Promise<void> {
    await this.do(async () => {
      await this.api.changeAccount(id, changes);
      this.announcer.say(words);
      await this.list.refresh();
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
