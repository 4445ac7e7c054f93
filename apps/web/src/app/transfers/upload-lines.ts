import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { UploadSummary } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Spaces } from '../spaces/spaces.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { ago, localDateTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { expiryWords, hereWords } from '../upload/unfinished-words.js';
import { byWords, missingWords, statusOf } from './upload-status.js';

/** Uploads in a list: what each has, what it lacks, why it stands still, and what can be done. */
@Component({
  selector: 'stow-upload-lines',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, RouterLink, VisibleName, Words],
  templateUrl: './upload-lines.html',
  styleUrl: './upload-lines.scss',
})
export class UploadLines {
  readonly uploads = input.required<readonly UploadSummary[]>();
  /** What the list is called. */
  readonly label = input.required<string>();
  /** True where there are uploads of several people. */
  readonly ofMany = input(false);
  /** What spaces are called that are not one's own, by their ids. */
  readonly spaceNames = input<ReadonlyMap<string, string>>(new Map());
  readonly keep = output<UploadSummary>();
  readonly remove = output<UploadSummary>();

  private readonly spaces = inject(Spaces);

  protected readonly rows = computed(() => {
    const now = new Date();
    return this.uploads().map((upload) => ({
      upload,
      label: spelledName(upload.name),
      isUnfinished: upload.state === 'receiving' || upload.state === 'completing',
      here: hereWords(upload, null),
      missing: missingWords(upload),
      by: this.ofMany() ? byWords(upload) : '',
      space: this.spaceNames().get(upload.space) ?? this.spaces.nameOf(upload.space),
      status: statusOf(upload),
      last: say('transfers.list.lastByte', { ago: ago(new Date(upload.updatedAt), now) }),
      lastAt: localDateTime(upload.updatedAt),
      expiry: upload.state === 'receiving' ? expiryWords(upload, now) : '',
    }));
  });
}
