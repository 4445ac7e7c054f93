import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, RouterLink } from '@angular/router';
import { map } from 'rxjs';
import { Words } from '../language/words.js';
import { Identity } from '../session/identity.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { spaceLink } from '../spaces/spaces.js';
import { TransferOverview } from './transfer-overview.js';

/** The uploads into a space, for its managers. */
@Component({
  selector: 'stow-space-transfers-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterLink, TransferOverview, Words],
  template: `
    <main>
      <p class="back">
        <a [routerLink]="back()">{{ 'files.trash.back' | words }}</a>
      </p>
      <stow-transfer-overview [space]="space()" />
    </main>
  `,
  styleUrl: './transfers-page.scss',
})
export class SpaceTransfersPage {
  private readonly current = inject(CurrentSpace);
  protected readonly space = toSignal(
    inject(ActivatedRoute).paramMap.pipe(
      map((parameters) => parameters.get('space') ?? ''),
      takeUntilDestroyed(),
    ),
    { initialValue: '' },
  );
  protected readonly back = computed(() => {
    const space = this.current.space();
    return space === null || space.id !== this.space() ? ['/spaces', this.space()] : [spaceLink(space)];
  });

  constructor() {
    inject(Identity);
  }
}
