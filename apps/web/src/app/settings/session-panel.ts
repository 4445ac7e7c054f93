import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { Session } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { Announcer } from '../shell/announcer.js';
import { browserName } from '../ui/browser-name.js';
import { Confirmation } from '../ui/confirmation.js';
import { ErrorCard } from '../ui/error-card.js';
import { PagedList } from '../ui/paged-list.js';
import { ago, localDateTime } from '../ui/time-span.js';

/** Where whoever is signed in is signed in, and the way to end that. */
@Component({
  selector: 'stow-session-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, Words],
  templateUrl: './session-panel.html',
  styleUrl: './session-panel.scss',
})
export class SessionPanel {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly confirmation = inject(Confirmation);
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');

  protected readonly list = new PagedList<Session>(async (_, signal) => ({
    items: (await this.api.listSessions(signal)).sessions,
    next: null,
  }));
  protected readonly rows = computed(() =>
    this.list.items().map((session) => ({
      session,
      browser: browserName(session.userAgent),
      since: localDateTime(session.createdAt),
      used: session.current ? say('ui.time.justNow') : ago(new Date(session.lastUsedAt), new Date()),
    })),
  );
  protected readonly hasOthers = computed(() => this.list.items().some(({ current }) => !current));
  protected readonly failed = signal<{ readonly problem: ProblemError; readonly again: () => void } | null>(null);

  constructor() {
    this.refresh();
  }

  /** Reads the list again. */
  refresh(): void {
    this.failed.set(null);
    void this.list.refresh();
  }

  protected async end(session: Session): Promise<void> {
    const yes = await this.confirmation.ask({
      title: say('settings.sessionPanel.askEnd'),
      name: browserName(session.userAgent),
      consequence: say('settings.sessionPanel.askEndThen'),
      action: say('settings.sessionPanel.end'),
    });
    if (!yes) return;
    await this.do(async () => {
      await this.api.endSession(session.id).catch((error: unknown) => {
        if (toProblem(error).code !== 'session-not-found') throw error;
      });
      this.announcer.say(say('settings.sessionPanel.ended'));
    });
  }

  protected async endOthers(): Promise<void> {
    const yes = await this.confirmation.ask({
      title: say('settings.sessionPanel.askOthers'),
      name: say('settings.sessionPanel.askOthersName'),
      consequence: say('settings.sessionPanel.askOthersThen'),
      action: say('settings.sessionPanel.end'),
    });
    if (!yes) return;
    await this.do(async () => {
      await this.api.endOtherSessions();
      this.announcer.say(say('settings.sessionPanel.othersEnded'));
    });
  }

  private async do(work: () => Promise<void>): Promise<void> {
    this.failed.set(null);
    try {
      await work();
      await this.list.refresh();
      // Its button is gone with the row.
      this.title().nativeElement.focus();
    } catch (error) {
      this.failed.set({ problem: toProblem(error), again: () => void this.do(work) });
    }
  }
}
