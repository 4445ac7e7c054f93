import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { Words } from '../language/words.js';
import { Session } from '../session/session.js';

/** From one's own uploads to those of everybody, for admins. */
@Component({
  selector: 'stow-transfers-nav',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterLink, RouterLinkActive, Words],
  template: `
    @if (session.isAdmin()) {
      <nav class="side-by-side" [attr.aria-label]="'transfers.nav.label' | words">
        <a routerLink="/transfers" routerLinkActive="here" ariaCurrentWhenActive="page">{{
          'transfers.nav.own' | words
        }}</a>
        <a routerLink="/admin/transfers" routerLinkActive="here" ariaCurrentWhenActive="page">{{
          'transfers.nav.all' | words
        }}</a>
      </nav>
    }
  `,
})
export class TransfersNav {
  protected readonly session = inject(Session);
}
