import { ChangeDetectionStrategy, Component } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { Words } from '../language/words.js';

/** The pages of one's own account. */
@Component({
  selector: 'stow-settings-nav',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterLink, RouterLinkActive, Words],
  template: `
    <nav class="side-by-side" [attr.aria-label]="'settings.nav.label' | words">
      <a routerLink="/settings/profile" routerLinkActive="here" ariaCurrentWhenActive="page">{{
        'settings.nav.profile' | words
      }}</a>
      <a routerLink="/settings/security" routerLinkActive="here" ariaCurrentWhenActive="page">{{
        'settings.nav.security' | words
      }}</a>
      <a routerLink="/settings/tokens" routerLinkActive="here" ariaCurrentWhenActive="page">{{
        'settings.nav.tokens' | words
      }}</a>
    </nav>
  `,
})
export class SettingsNav {}
