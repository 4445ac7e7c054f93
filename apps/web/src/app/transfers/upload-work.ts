import { Injectable, inject, signal } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { UploadSummary } from '@stowage/contract';
import { say } from '../language/say.js';
import { API } from '../session/server.js';
import { Announcer } from '../shell/announcer.js';
import { byteSize } from '../ui/byte-size.js';
import { Confirmation } from '../ui/confirmation.js';
import { spelledName } from '../ui/name-parts.js';
import { localDateTime } from '../ui/time-span.js';

/** Something that was asked of the server and did not work. */
interface Failure {
  readonly what: string;
  readonly problem: ProblemError;
  readonly again: () => void;
}

/** What is done with one upload, whoever began it. */
@Injectable()
export class UploadWork {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly confirmation = inject(Confirmation);
  readonly #failure = signal<Failure | null>(null);

  /** What did not work last. */
  readonly failure = this.#failure.asReadonly();

  /** Lets the time to its expiry begin anew. */
  async keepLonger(upload: UploadSummary, after: () => Promise<void>): Promise<void> {
    await this.attempt(
      () => say('upload.unfinishedPanel.notKept'),
      async () => {
        const { expiresAt } = (await this.api.extendUpload(upload.id)).upload;
        const name = spelledName(upload.name);
        this.announcer.say(
          expiresAt === null
            ? say('upload.unfinishedPanel.kept', { name })
            : say('upload.unfinishedPanel.keptUntil', { name, time: localDateTime(expiresAt) }),
        );
      },
      after,
    );
  }

  /** Makes the file of one that has all its bytes although something was in its way. */
  async save(upload: UploadSummary, conflict: 'rename' | undefined, after: () => Promise<void>): Promise<void> {
    await this.attempt(
      () => say('upload.unfinishedPanel.notSaved'),
      async () => {
        const { file } = await this.api.completeUpload(upload.id, conflict === undefined ? {} : { conflict });
        this.announcer.say(
          file === undefined
            ? say('upload.unfinishedPanel.saving', { name: spelledName(upload.name) })
            : say('upload.unfinishedPanel.saved', { name: spelledName(file.name) }),
        );
      },
      after,
    );
  }

  /** Removes it and its bytes, if that is what is meant. */
  async remove(upload: UploadSummary, after: () => Promise<void>): Promise<void> {
    const yes = await this.confirmation.ask({
      title: say('upload.unfinishedPanel.askRemove'),
      name: upload.name,
      consequence: say('upload.unfinishedPanel.askRemoveThen', { size: byteSize(upload.received) }),
      action: say('upload.unfinishedPanel.askRemoveYes'),
    });
    if (!yes) return;
    await this.attempt(
      () => say('upload.unfinishedPanel.notRemoved'),
      async () => {
        await this.api.cancelUpload(upload.id);
        this.announcer.say(say('upload.unfinishedPanel.removed', { name: spelledName(upload.name) }));
      },
      after,
    );
  }

  // After a refusal the page has to say what is true now.
  private async attempt(what: () => string, does: () => Promise<void>, after: () => Promise<void>): Promise<void> {
    this.#failure.set(null);
    try {
      await does();
    } catch (error) {
      const again = (): void => void this.attempt(what, does, after);
      this.#failure.set({ what: what(), problem: toProblem(error), again });
    }
    await after();
  }
}
