import { ChangeDetectionStrategy, Component, inject, viewChild } from '@angular/core';
import { Words } from '../language/words.js';
import { Identity } from '../session/identity.js';
import { Session } from '../session/session.js';
import { ErrorCard } from '../ui/error-card.js';
import { PasswordForm } from './password-form.js';
import { SessionPanel } from './session-panel.js';
import { SettingsNav } from './settings-nav.js';

/** What keeps an account its owner's. */
@Component({
  selector: 'stow-security-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, PasswordForm, SessionPanel, SettingsNav, Words],
  template: `
    <main>
      <stow-settings-nav />
      @if (session.who(); as who) {
        @if (who.account; as account) {
          <stow-password-form [name]="account.name" (changed)="sessions().refresh()" />
        } @else {
          <section class="panel card" aria-labelledby="security-title">
            <h2 id="security-title" tabindex="-1">{{ 'settings.securityPage.title' | words }}</h2>
            @if (who.access === 'token') {
              <p>{{ 'settings.securityPage.token' | words }}</p>
            } @else {
              <p>
                {{ 'settings.securityPage.open' | words }}
              </p>
            }
          </section>
        }
        @if (who.access !== 'open') {
          <stow-session-panel />
        }
      } @else {
        <section class="panel card" aria-labelledby="security-title">
          <h2 id="security-title" tabindex="-1">{{ 'settings.securityPage.title' | words }}</h2>
          @if (identity.problem(); as problem) {
            <stow-error-card
              [what]="'settings.who.notRead' | words"
              [problem]="problem"
              [repeated]="true"
              (retry)="identity.ask()"
            />
          } @else {
            <p aria-busy="true">{{ 'settings.who.reading' | words }}</p>
          }
        </section>
      }
    </main>
  `,
})
export class SecurityPage {
  protected readonly identity = inject(Identity);
  protected readonly session = inject(Session);
  protected readonly sessions = viewChild.required(SessionPanel);
}
