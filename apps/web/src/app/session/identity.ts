import { Injectable, effect, inject, untracked } from '@angular/core';
import { Connection } from './connection.js';
import { API } from './server.js';
import { Session } from './session.js';

/** Finds out who this is, as soon as the server answers. For the pages that only people who were let in can use. */
@Injectable({ providedIn: 'root' })
export class Identity {
  private readonly api = inject(API);
  private readonly session = inject(Session);

  constructor() {
    const connection = inject(Connection);
    effect(() => {
      if (connection.state() === 'online' && this.session.who() === null) untracked(() => this.ask());
    });
  }

  // Whatever went wrong is told by the lists of the page; once the server answers it is asked again.
  private ask(): void {
    this.api.whoAsks().then(
      (who) => this.session.known(who),
      () => undefined,
    );
  }
}
