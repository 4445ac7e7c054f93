import { ChangeDetectionStrategy, Component } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';

/** The pages of one's own account. */
@Component({
  selector: 'stow-settings-nav',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterLink, RouterLinkActive],
  template: `
    <nav class="side-by-side" aria-label="Settings">
      <a routerLink="/settings/security" routerLinkActive="here" ariaCurrentWhenActive="page">Security</a>
      <a routerLink="/settings/tokens" routerLinkActive="here" ariaCurrentWhenActive="page">Tokens</a>
    </nav>
  `,
})
export class SettingsNav {}
