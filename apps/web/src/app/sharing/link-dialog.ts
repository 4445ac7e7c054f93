import { ChangeDetectionStrategy, Component, computed, inject, input, viewChild } from '@angular/core';
import type { LinkChange } from '@stowage/contract';
import { ModalDialog } from '../files/modal-dialog.js';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { Announcer } from '../shell/announcer.js';
import { spelledName } from '../ui/name-parts.js';
import { LinkForm } from './link-form.js';
import { LinkList } from './link-list.js';
import { type LinksQuestion, SharingQuestions } from './sharing-questions.js';

/** Makes links to an entry, and shows those that are there. */
@Component({
  selector: 'stow-link-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [LinkForm, LinkList, ModalDialog, Words],
  template: `
    <stow-modal-dialog [name]="title()" [wide]="true" (leave)="questions.close()">
      <p>{{ (question().kind === 'share' ? 'sharing.dialog.shareText' : 'sharing.dialog.requestText') | words }}</p>
      <stow-link-form [kind]="question().kind" [send]="make" />
      <h3>{{ 'sharing.dialog.there' | words }}</h3>
      <div class="list"><stow-link-list [kind]="question().kind" [of]="of()" /></div>
      <div class="dialog-actions">
        <button type="button" class="button" (click)="questions.close()">{{ 'sharing.dialog.close' | words }}</button>
      </div>
    </stow-modal-dialog>
  `,
  styles: `
    h3 {
      margin: 1rem 0 0.5rem;
      font-size: 1rem;
      font-weight: 650;
    }

    .list {
      margin-inline: -1.25rem;
    }
  `,
})
export class LinkDialog {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly list = viewChild.required(LinkList);
  protected readonly questions = inject(SharingQuestions);
  readonly question = input.required<LinksQuestion>();

  protected readonly of = computed(() => ({ entry: this.question().target.id }));
  protected readonly title = computed(() => {
    const { kind, target } = this.question();
    const name = spelledName(target.name);
    return kind === 'share' ? say('sharing.dialog.share', { name }) : say('sharing.dialog.request', { name });
  });

  protected readonly make = async (wish: LinkChange): Promise<void> => {
    const { kind, target } = this.question();
    const link = await this.api.links.create({ ...wish, kind, entry: target.id });
    this.announcer.say(say('sharing.dialog.made'));
    await this.list().show(link);
  };
}
