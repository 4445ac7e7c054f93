import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import { LANGUAGES, type LanguageCode, isLanguage } from '../language/languages.js';
import { Language } from '../language/language.js';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Identity } from '../session/identity.js';
import { Session } from '../session/session.js';
import { Announcer } from '../shell/announcer.js';
import { ErrorCard } from '../ui/error-card.js';
import { SettingsNav } from './settings-nav.js';

/** Who somebody is here, and how the page is to speak with them. */
@Component({
  selector: 'stow-profile-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, SettingsNav, Words],
  templateUrl: './profile-page.html',
  styles: `
    dl {
      margin: 0 0 0.75rem;
    }

    dt {
      font-weight: 550;
    }

    dd {
      margin: 0.25rem 0 0;
    }
  `,
})
export class ProfilePage {
  private readonly announcer = inject(Announcer);
  protected readonly identity = inject(Identity);
  protected readonly session = inject(Session);
  protected readonly language = inject(Language);

  protected readonly languages = Object.entries(LANGUAGES).map(([code, name]) => ({ code, name }));
  protected readonly failed = signal<{ readonly problem: ProblemError; readonly again: () => void } | null>(null);

  protected chosen(select: HTMLSelectElement): void {
    if (isLanguage(select.value)) void this.turn(select.value, select);
  }

  // What is chosen in the field is what the page speaks, also after a language that could not be had.
  private async turn(code: LanguageCode, select: HTMLSelectElement): Promise<void> {
    this.failed.set(null);
    try {
      await this.language.choose(code);
      this.announcer.say(say('settings.profile.languageChosen'));
    } catch (error) {
      select.value = this.language.spoken();
      this.failed.set({ problem: toProblem(error), again: () => void this.turn(code, select) });
    }
  }
}
