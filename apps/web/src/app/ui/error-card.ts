import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import type { ProblemError } from '@stowage/client';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Icon } from './icon.js';
import { tell } from './problem-words.js';

/** What went wrong, what to do about it, and a way to try again. */
@Component({
  selector: 'stow-error-card',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Words],
  host: { role: 'alert', '[class.passing]': 'passing()' },
  template: `
    <stow-icon name="alert" />
    <p>
      <strong>{{ what() }}</strong> {{ why() }}
    </p>
    <button type="button" class="button" (click)="retry.emit()">{{ 'ui.tryAgain' | words }}</button>
  `,
  styleUrl: './error-card.scss',
})
export class ErrorCard {
  /** What did not work, as a sentence. */
  readonly what = input.required<string>();
  readonly problem = input.required<ProblemError>();
  readonly retry = output();

  /** True for what is repeated by itself once the server answers: reading lists. */
  readonly repeated = input(false);

  /** True for a problem that the page gets over by itself. */
  protected readonly passing = computed(() => this.repeated() && this.problem().code === 'network');
  protected readonly why = computed(() => (this.passing() ? say('ui.triedAgain') : tell(this.problem())));
}
