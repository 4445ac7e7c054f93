import { ChangeDetectionStrategy, Component, inject, viewChild } from '@angular/core';
import { MatMenu, MatMenuContent, MatMenuItem } from '@angular/material/menu';
import type { Entry } from '@stowage/contract';
import { Words } from '../language/words.js';
import { SharingQuestions } from '../sharing/sharing-questions.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Icon } from '../ui/icon.js';
import { EntryActions } from './entry-actions.js';
import { EntryHands } from './entry-hands.js';

/** What can be done with an entry. With one of several that are chosen, with all of them. */
@Component({
  selector: 'stow-entry-menu',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, MatMenu, MatMenuContent, MatMenuItem, Words],
  template: `
    <mat-menu xPosition="before" class="icon-menu">
      <ng-template matMenuContent let-entry="entry">
        @if (asEntry(entry); as subject) {
          @if (subject.kind === 'folder') {
            <button mat-menu-item (click)="actions.open(subject)">
              <stow-icon name="folder" />{{ 'files.menu.open' | words }}
            </button>
          }
          <button mat-menu-item (click)="actions.showDetails(subject)">
            <stow-icon name="info" />{{ 'files.menu.details' | words }}
          </button>
          @if (current.mayDelete()) {
            <button mat-menu-item (click)="sharing.share(subject)">
              <stow-icon name="link" />{{ 'sharing.doing.share' | words }}
            </button>
            @if (subject.kind === 'folder') {
              <button mat-menu-item (click)="sharing.request(subject)">
                <stow-icon name="inbox" />{{ 'sharing.doing.request' | words }}
              </button>
            }
            <button mat-menu-item (click)="actions.rename(subject)">
              <stow-icon name="edit" />{{ 'files.menu.rename' | words }}
            </button>
            <button mat-menu-item (click)="hands.moveTo(hands.subjects(subject))">
              <stow-icon name="move" />{{ 'files.menu.moveTo' | words }}
            </button>
          }
          @if (current.mayUpload()) {
            <button mat-menu-item (click)="hands.copyTo(hands.subjects(subject))">
              <stow-icon name="copy" />{{ 'files.menu.copyTo' | words }}
            </button>
          }
          @if (current.mayDelete()) {
            <button mat-menu-item (click)="hands.discard(hands.subjects(subject))">
              <stow-icon name="trash" />{{ 'files.menu.delete' | words }}
            </button>
          }
        }
      </ng-template>
    </mat-menu>
  `,
})
export class EntryMenu {
  protected readonly actions = inject(EntryActions);
  protected readonly current = inject(CurrentSpace);
  protected readonly hands = inject(EntryHands);
  protected readonly sharing = inject(SharingQuestions);

  /** What a trigger opens, with the data `{ entry }`. */
  readonly menu = viewChild.required(MatMenu);

  // Templates do not know what a trigger hands over.
  protected asEntry(entry: unknown): Entry {
    return entry as Entry;
  }
}
