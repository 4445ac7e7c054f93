import { ChangeDetectionStrategy, Component, computed, effect, inject, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ActivatedRoute, RouterLink } from '@angular/router';
import type { Space } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Identity } from '../session/identity.js';
import { API } from '../session/server.js';
import { Session } from '../session/session.js';
import { Announcer } from '../shell/announcer.js';
import { ListKeeper } from '../shell/list-keeper.js';
import { UploadPasswordForm } from '../sharing/upload-password-form.js';
import { ErrorCard } from '../ui/error-card.js';
import { CurrentSpace } from './current-space.js';
import { PolicyForm } from './policy-form.js';
import { QuotaForm } from './quota-form.js';
import { SpaceNameForm } from './space-name-form.js';
import { SpaceNav } from './space-nav.js';
import { usageDetails, usageWords } from './space-words.js';
import { Spaces, spaceName } from './spaces.js';

/** What a space is called, how much it may hold, and which files it takes. */
@Component({
  selector: 'stow-space-settings-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, PolicyForm, QuotaForm, RouterLink, SpaceNameForm, SpaceNav, UploadPasswordForm, Words],
  templateUrl: './settings-page.html',
  styleUrl: './settings-page.scss',
})
export class SettingsPage {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly spaces = inject(Spaces).list;
  protected readonly session = inject(Session);
  protected readonly current = inject(CurrentSpace);

  protected readonly id = computed(() => this.current.chosen() ?? '');
  protected readonly name = computed(() => {
    const space = this.current.space();
    return space === null ? '' : spaceName(space);
  });
  protected readonly usage = usageWords;
  protected readonly details = usageDetails;
  protected readonly rename = (name: string) => this.api.spaces.change(this.id(), { name });

  constructor() {
    inject(Identity);
    inject(ListKeeper);
    inject(ActivatedRoute)
      .paramMap.pipe(takeUntilDestroyed())
      .subscribe((parameters) => this.current.choose(parameters.get('space')));
    effect(() => {
      this.id();
      untracked(() => void this.current.refresh());
    });
  }

  protected renamed({ name }: Space): Promise<void> {
    return this.saved(say('spaces.settingsPage.renamed', { name }));
  }

  protected quotaChanged(): Promise<void> {
    return this.saved(say('spaces.settingsPage.quotaChanged', { name: this.name() }));
  }

  protected policyChanged(): Promise<void> {
    return this.saved(say('spaces.settingsPage.policyChanged', { name: this.name() }));
  }

  private async saved(words: string): Promise<void> {
    await Promise.all([this.current.refresh(), this.spaces.refresh()]);
    this.announcer.say(words);
  }
}
