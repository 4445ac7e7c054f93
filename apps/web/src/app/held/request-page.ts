import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { type HeldRequest, MAX_SENDER_LENGTH } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { pickedSources } from '../upload/dropped-files.js';
import { TransferRow } from '../upload/transfer-row.js';
import { UploadPasswordDialog } from '../upload/upload-password-dialog.js';
import { UploadPasswordKeeper } from '../upload/upload-password-keeper.js';
import { byteSize } from '../ui/byte-size.js';
import { Icon } from '../ui/icon.js';
import { localDateTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { LiveRegion } from '../shell/live-region.js';
import { FileDrop } from './file-drop.js';
import { HELD_UPLOADS } from './held-uploads.js';
import { Sender } from './sender.js';
import { Sending } from './sending.js';

/** Where somebody sends files who was asked for them. They see what they have sent, and nothing of where it goes. */
@Component({
  selector: 'stow-request-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, LiveRegion, TransferRow, UploadPasswordDialog, VisibleName, Words],
  providers: [FileDrop, HELD_UPLOADS, Sending],
  templateUrl: './request-page.html',
  styleUrl: './request-page.scss',
})
export class RequestPage {
  protected readonly sending = inject(Sending);
  protected readonly sender = inject(Sender);
  protected readonly passwords = inject(UploadPasswordKeeper);
  protected readonly drops = inject(FileDrop);
  private readonly nameField = viewChild<ElementRef<HTMLInputElement>>('name');

  readonly link = input.required<HeldRequest>();

  protected readonly longestName = MAX_SENDER_LENGTH;
  protected readonly takesFolders = 'webkitdirectory' in document.createElement('input');
  protected readonly nameFault = signal('');
  protected readonly facts = computed(() => {
    const { uploadsLeft, maxFileSize, allowedExtensions, expiresAt, uploadPassword } = this.link();
    const facts: string[] = [];
    if (allowedExtensions !== null) facts.push(say('held.request.kinds', { types: allowedExtensions.join(', ') }));
    if (maxFileSize !== null) facts.push(say('held.request.size', { size: byteSize(maxFileSize) }));
    if (uploadsLeft !== null) facts.push(say('held.request.left', { count: uploadsLeft }));
    if (uploadPassword) facts.push(say('held.request.password'));
    if (expiresAt !== null) facts.push(say('held.until', { time: localDateTime(expiresAt) }));
    return facts;
  });
  protected readonly accept = computed(
    () =>
      this.link()
        .allowedExtensions?.map((extension) => `.${extension}`)
        .join(',') ?? null,
  );
  protected readonly done = computed(() => this.sending.totals().byState.complete.files);
  protected readonly failed = computed(() => this.sending.totals().byState.failed.files);

  constructor() {
    this.drops.listen((things) => {
      this.takeName();
      void this.sending.addDropped(things, this.link()).then(() => this.askForName());
    });
  }

  protected picked(input: HTMLInputElement): void {
    const sources = pickedSources(input.files ?? []);
    input.value = '';
    this.takeName();
    this.sending.add(sources, this.link());
    this.askForName();
  }

  /** Takes the name that was typed, and sends what has waited for it. */
  protected submitName(event: Event): void {
    event.preventDefault();
    this.takeName();
    if (this.sender.name() !== '') this.sending.release();
    else this.askForName();
  }

  protected takeName(): void {
    const field = this.nameField()?.nativeElement;
    if (field === undefined) return;
    this.sender.be(field.value);
    if (this.sender.name() !== '') this.nameFault.set('');
  }

  private askForName(): void {
    const count = this.sending.waiting().length;
    if (count === 0) return;
    this.nameFault.set(say('held.request.nameFault', { count }));
    this.nameField()?.nativeElement.focus();
  }
}
