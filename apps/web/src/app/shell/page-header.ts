import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Connection } from '../session/connection.js';
import { API } from '../session/server.js';
import { Session } from '../session/session.js';
import { Announcer } from './announcer.js';

/** The product's name, whether its server answers, and the way out. */
@Component({
  selector: 'stow-page-header',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterLink, Words],
  templateUrl: './page-header.html',
  styleUrl: './page-header.scss',
})
export class PageHeader {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly connection = inject(Connection);
  private readonly router = inject(Router);
  protected readonly session = inject(Session);

  protected readonly state = this.connection.state;
  protected readonly words = computed(() => say(`shell.pageHeader.${this.state()}`));

  protected readonly name = computed(() => this.session.who()?.account?.name ?? say('shell.pageHeader.accessToken'));

  protected async signOut(): Promise<void> {
    try {
      await this.api.deleteSession();
      this.session.ended();
      await this.router.navigateByUrl('/');
    } catch {
      this.announcer.say(say('shell.pageHeader.signOutFailed'), 'assertive');
    }
  }
}
