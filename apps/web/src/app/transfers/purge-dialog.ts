import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { PurgeUploads, Purged } from '@stowage/contract';
import { ModalDialog } from '../files/modal-dialog.js';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { byteSize } from '../ui/byte-size.js';
import { ErrorCard } from '../ui/error-card.js';

/** What is purged, but for how long it has been idle. */
export type PurgeScope = Pick<PurgeUploads, 'scope' | 'space' | 'owner' | 'name'>;

const DAY = 86_400;

/** Removes many unfinished uploads at once: first it says what would go, and only then it can be done. */
@Component({
  selector: 'stow-purge-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, ModalDialog, Words],
  templateUrl: './purge-dialog.html',
})
export class PurgeDialog {
  readonly about = input.required<PurgeScope>();
  /** Seconds that the list asks for; null: any. */
  readonly idleFor = input.required<number | null>();
  readonly leave = output();
  /** What was removed, as a sentence. */
  readonly purged = output<string>();

  private readonly api = inject(API);
  private readonly changed = signal<number | null>(null);
  readonly #found = signal<Purged | null>(null);
  protected readonly found = this.#found.asReadonly();
  protected readonly failed = signal<{ readonly what: string; readonly problem: ProblemError } | null>(null);
  protected readonly busy = signal(false);
  protected readonly seconds = computed(() => this.changed() ?? this.idleFor() ?? DAY);
  protected readonly finds = computed(() => {
    const found = this.found();
    if (found === null) return say('transfers.purge.looking');
    if (found.matched === 0) return say('transfers.purge.nothing');
    return say('transfers.purge.finds', { count: found.matched, size: byteSize(found.bytes) });
  });
  #asked = 0;

  constructor() {
    // Inputs are there after the constructor.
    queueMicrotask(() => void this.look());
  }

  protected choose(select: HTMLSelectElement): void {
    this.changed.set(Number(select.value));
    void this.look();
  }

  /** Asks what would go. Only the answer to the latest question counts. */
  protected async look(): Promise<void> {
    const asked = ++this.#asked;
    this.#found.set(null);
    this.failed.set(null);
    try {
      const found = await this.api.purgeUploads(this.wanted(true));
      if (asked === this.#asked) this.#found.set(found);
    } catch (error) {
      if (asked === this.#asked) this.failed.set({ what: say('transfers.purge.notLooked'), problem: toProblem(error) });
    }
  }

  protected async remove(): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    let [count, freed] = [0, 0];
    try {
      // One request removes a thousand at most; those that stay are not asked for forever.
      for (let goesOn = true; goesOn;) {
        const gone = await this.api.purgeUploads(this.wanted(false));
        [count, freed] = [count + gone.removed, freed + gone.freed];
        goesOn = gone.more && gone.removed > 0;
      }
      this.purged.emit(say('transfers.purge.done', { count, size: byteSize(freed) }));
    } catch (error) {
      await this.look();
      this.failed.set({ what: say('transfers.purge.notRemoved'), problem: toProblem(error) });
    } finally {
      this.busy.set(false);
    }
  }

  private wanted(dryRun: boolean): PurgeUploads {
    return { ...this.about(), idleFor: this.seconds(), dryRun };
  }
}
