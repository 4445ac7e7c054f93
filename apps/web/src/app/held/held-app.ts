import { ChangeDetectionStrategy, Component, DOCUMENT, DestroyRef, computed, effect, inject } from '@angular/core';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Connection } from '../session/connection.js';
import { Recovery } from '../session/recovery.js';
import { HeldFault } from './held-fault.js';
import { Holding } from './holding.js';
import { LanguageChoice } from './language-choice.js';
import { LockForm } from './lock-form.js';
import { RequestPage } from './request-page.js';
import { SharePage } from './share-page.js';

/** What somebody sees who opens a link. */
@Component({
  selector: 'stow-held-app',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [HeldFault, LanguageChoice, LockForm, RequestPage, SharePage, Words],
  templateUrl: './held-app.html',
  styleUrl: './held-app.scss',
})
export class HeldApp {
  private readonly document = inject(DOCUMENT);
  private readonly connection = inject(Connection);
  protected readonly holding = inject(Holding);

  protected readonly state = this.connection.state;
  protected readonly connectionWords = computed(() => say(`held.connection.${this.state()}`));
  protected readonly share = computed(() => {
    const link = this.holding.link();
    return link?.kind === 'share' && link.entry !== null ? link : null;
  });
  // Uploads that are on their way stay when the password has become another one.
  protected readonly request = computed(() => {
    const link = this.holding.link();
    return link?.kind === 'request' && !link.locked ? link : null;
  });

  constructor() {
    inject(Recovery);
    const { defaultView: window } = this.document;
    const look = (): void => void this.holding.look();
    look();
    // What was downloaded meanwhile counts.
    window?.addEventListener('focus', look);
    inject(DestroyRef).onDestroy(() => window?.removeEventListener('focus', look));
    let before = this.state();
    effect(() => {
      const state = this.state();
      if (state === 'online' && before !== 'online') look();
      before = state;
    });
    effect(() => {
      this.document.title = this.titleWords();
    });
  }

  private titleWords(): string {
    const link = this.holding.link();
    const name = link === null ? '' : link.title || (link.kind === 'share' ? (link.entry?.name ?? '') : '');
    return name === '' ? say('held.name') : say('held.tab', { name });
  }
}
