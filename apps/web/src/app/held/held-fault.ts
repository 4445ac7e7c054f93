import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import type { ProblemError } from '@stowage/client';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Icon } from '../ui/icon.js';
import { tell } from '../ui/problem-words.js';
import { OVER } from './holding.js';

/** Why a link cannot be used: each way to be over in words of its own, and what to do about it. */
@Component({
  selector: 'stow-held-fault',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Words],
  template: `
    <section class="panel" role="alert">
      <stow-icon [name]="over() === null ? 'alert' : 'link'" />
      <h1>{{ title() }}</h1>
      <p>{{ text() }}</p>
      @if (over() === null) {
        <button type="button" class="button" (click)="retry.emit()">{{ 'ui.tryAgain' | words }}</button>
      }
    </section>
  `,
  styles: `
    section {
      padding: 1.5rem 1.25rem;
      text-align: center;
    }

    stow-icon {
      color: var(--muted);
      font-size: 2rem;
    }

    h1 {
      margin: 0.5rem 0 0.25rem;
      font-size: 1.25rem;
      font-weight: 650;
    }

    p {
      margin: 0 0 0.75rem;
      color: var(--muted);
    }
  `,
})
export class HeldFault {
  readonly problem = input.required<ProblemError>();
  /** True when what was read before is still shown. */
  readonly known = input(false);
  readonly retry = output();

  protected readonly over = computed(() => OVER.find((code) => code === this.problem().code) ?? null);
  protected readonly away = computed(() => this.problem().code === 'network');
  protected readonly title = computed(() => {
    const over = this.over();
    if (over !== null) return say(`held.over.${over}.title`);
    if (this.away()) return say('held.away.title');
    return say(this.known() ? 'held.notRefreshed' : 'held.notRead');
  });
  protected readonly text = computed(() => {
    const over = this.over();
    if (over !== null) return say(`held.over.${over}.text`);
    return this.away() ? say('held.away.text') : tell(this.problem());
  });
}
