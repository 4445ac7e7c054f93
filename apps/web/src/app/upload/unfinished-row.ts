import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import type { UploadSummary } from '@stowage/contract';
import { Words } from '../language/words.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Spaces } from '../spaces/spaces.js';
import { HeldMap } from '../ui/held-map.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { localDateTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { MissingParts } from './missing-parts.js';
import { ageWords, expiryWords, hereWords, reasonOf } from './unfinished-words.js';

/** One upload that the server holds in part. */
@Component({
  // The row has to be an item of its list.
  selector: 'li[stowUnfinishedRow]',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [HeldMap, Icon, VisibleName, Words],
  templateUrl: './unfinished-row.html',
  styleUrl: './unfinished-row.scss',
})
export class UnfinishedRow {
  readonly upload = input.required<UploadSummary>();
  readonly now = input.required<Date>();
  /** The file that is said to be the one. */
  readonly goOn = output<File>();
  readonly keep = output();
  readonly remove = output();
  /** All bytes are there: make the file, perhaps under another name or in the place of the one that has the name. */
  readonly save = output<'rename' | 'replace' | undefined>();

  private readonly parts = inject(MissingParts);
  private readonly current = inject(CurrentSpace);
  private readonly spaces = inject(Spaces);

  protected readonly label = computed(() => spelledName(this.upload().name));
  private readonly known = computed(() => this.parts.of(this.upload()));
  protected readonly here = computed(() => hereWords(this.upload(), this.known()));
  protected readonly reason = computed(() => reasonOf(this.upload()));
  protected readonly age = computed(() => ageWords(this.upload(), this.now()));
  protected readonly since = computed(() => localDateTime(this.upload().createdAt));
  protected readonly expiry = computed(() => expiryWords(this.upload(), this.now()));
  protected readonly expiresOn = computed(() => localDateTime(this.upload().expiresAt ?? ''));
  protected readonly nameTaken = computed(() => this.upload().reason === 'name-taken');
  protected readonly notPermitted = computed(() => this.upload().reason === 'not-permitted');
  /** The space that its file is to be in, when another one is looked at. */
  protected readonly elsewhere = computed(() => {
    const { space } = this.upload();
    return space === (this.current.id() ?? space) ? '' : this.spaces.nameOf(space);
  });
  /** Nobody is sending it: the one who has the file can go on. */
  protected readonly waiting = computed(() => this.receiving() && !this.upload().active);
  protected readonly receiving = computed(() => this.upload().state === 'receiving');
  protected readonly map = computed(() => {
    const { length, received } = this.upload();
    const missing = this.known()?.missing ?? (length === null ? [] : [{ start: received, end: length }]);
    return { length: length ?? Math.max(received, missing.at(-1)?.end ?? 0), missing };
  });

  protected chosen(input: HTMLInputElement): void {
    const file = input.files?.[0];
    input.value = '';
    if (file !== undefined) this.goOn.emit(file);
  }
}
