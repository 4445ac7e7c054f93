import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  afterNextRender,
  computed,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { Entry } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { SharingQuestions } from '../sharing/sharing-questions.js';
import { UploadPasswordForm } from '../sharing/upload-password-form.js';
import { Announcer } from '../shell/announcer.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Icon } from '../ui/icon.js';
import { localDateTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { EntryActions } from './entry-actions.js';
import { faceOf } from './entry-face.js';
import { EntryHands } from './entry-hands.js';

/** All there is to know of one entry, and what can be done with it. */
@Component({
  selector: 'stow-details-pane',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, UploadPasswordForm, VisibleName, Words],
  templateUrl: './details-pane.html',
  styleUrl: './details-pane.scss',
  host: { '(keydown.escape)': 'leave.emit()' },
})
export class DetailsPane {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');
  protected readonly current = inject(CurrentSpace);
  protected readonly actions = inject(EntryActions);
  protected readonly hands = inject(EntryHands);
  protected readonly sharing = inject(SharingQuestions);

  readonly entry = input.required<Entry>();
  readonly leave = output();

  protected readonly face = computed(() => faceOf(this.entry(), (ids) => this.api.entries.zipAddress(ids)));
  protected readonly created = computed(() => localDateTime(this.entry().createdAt));
  protected readonly file = computed(() => {
    const entry = this.entry();
    return entry.kind === 'file' ? entry : null;
  });
  /** Digest that was copied last. */
  protected readonly copied = signal('');

  constructor() {
    afterNextRender(() => this.title().nativeElement.focus());
  }

  protected async copyDigest(digest: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(digest);
      this.copied.set(digest);
      this.announcer.say(say('files.details.copied'));
    } catch {
      this.announcer.say(say('files.details.notCopied'), 'assertive');
    }
  }
}
