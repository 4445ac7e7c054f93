import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Connection, type ConnectionState } from '../session/connection.js';
import { API } from '../session/server.js';
import { Session } from '../session/session.js';
import { Announcer } from './announcer.js';
import { ListKeeper } from './list-keeper.js';

const WORDS: Readonly<Record<ConnectionState, string>> = {
  online: 'Online',
  offline: 'No network',
  unreachable: 'Server does not answer',
};

/** The product's name, whether its server answers, and the way out. */
@Component({
  selector: 'stow-page-header',
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './page-header.html',
  styleUrl: './page-header.scss',
})
export class PageHeader {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly connection = inject(Connection);
  private readonly lists = inject(ListKeeper);
  protected readonly session = inject(Session);

  protected readonly state = this.connection.state;
  protected readonly words = computed(() => WORDS[this.state()]);

  protected async signOut(): Promise<void> {
    try {
      await this.api.deleteSession();
      this.session.ended();
      this.lists.startOver();
    } catch {
      this.announcer.say('Signing out failed: the server did not answer.', 'assertive');
    }
  }
}
