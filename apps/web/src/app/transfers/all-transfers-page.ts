import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Identity } from '../session/identity.js';
import { TransferOverview } from './transfer-overview.js';
import { TransfersNav } from './transfers-nav.js';

/** The uploads of everybody, for admins. */
@Component({
  selector: 'stow-all-transfers-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [TransferOverview, TransfersNav],
  template: `
    <main>
      <stow-transfers-nav />
      <stow-transfer-overview [space]="null" />
    </main>
  `,
})
export class AllTransfersPage {
  constructor() {
    inject(Identity);
  }
}
