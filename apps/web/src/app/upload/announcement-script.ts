import type { QueueTotals, Transfer } from '@stowage/client';
import { say } from '../language/say.js';
import { byteSize, percent } from '../ui/byte-size.js';
import { spelledName } from '../ui/name-parts.js';
import { titleOf } from '../ui/problem-words.js';

/** Something to be said; assertive interrupts, polite waits for a pause. */
export interface Announcement {
  readonly text: string;
  readonly urgency: 'polite' | 'assertive';
}

const STEPS = [25, 50, 75];
/** Failures that follow each other faster than this are told together. */
const FAILURE_INTERVAL_MS = 5_000;

/**
 * What those who listen are told of transfers: the start, each quarter, the end once, failures at once. Never every tick.
 */
export class AnnouncementScript {
  #running = false;
  #step = 0;
  #completed = 0;
  #failures = 0;
  #untold: Transfer[] = [];
  #toldAt = -Infinity;

  /**
   * @param totals the queue as it is
   * @param settled what settled since the last call
   * @param now milliseconds
   */
  next(totals: QueueTotals, settled: readonly Transfer[], now: number): readonly Announcement[] {
    const said: Announcement[] = [];
    const active = totals.unsettled > 0;
    if (!this.#running && (active || settled.length > 0)) said.push(...this.#start(totals, active));
    this.#completed += settled.filter(({ snapshot }) => snapshot.state === 'complete').length;
    this.#untold.push(...settled.filter(({ snapshot }) => snapshot.state === 'failed'));
    if (active) said.push(...this.#quarter(totals));
    if (!active || now - this.#toldAt >= FAILURE_INTERVAL_MS) said.push(...this.#tellFailures(now));
    if (this.#running && !active) said.push(this.#end());
    return said;
  }

  #start({ run, byState }: QueueTotals, active: boolean): Announcement[] {
    this.#running = true;
    this.#step = 0;
    this.#completed = 0;
    this.#failures = 0;
    this.#toldAt = -Infinity;
    if (!active) return [];
    const key = byState.checking.files > 0 ? 'upload.announcement.uploadingChecking' : 'upload.announcement.uploading';
    return [polite(say(key, { files: files(run.files), size: byteSize(run.length) }))];
  }

  #quarter({ run }: QueueTotals): Announcement[] {
    const done = run.length > 0 ? percent(run.acknowledged, run.length) : percent(run.filesDone, run.files);
    const reached = STEPS.filter((step) => step <= done).at(-1) ?? 0;
    if (reached <= this.#step) return [];
    this.#step = reached;
    return [polite(say('upload.announcement.quarter', { percent: reached }))];
  }

  #tellFailures(now: number): Announcement[] {
    const failed = this.#untold;
    const first = failed[0];
    if (first === undefined) return [];
    this.#untold = [];
    this.#toldAt = now;
    this.#failures += failed.length;
    const { problem } = first.snapshot;
    const why = problem === null ? say('upload.announcement.unknown') : titleOf(problem);
    const name = spelledName(first.name);
    const text =
      failed.length === 1
        ? say('upload.announcement.failed', { name, why })
        : say('upload.announcement.severalFailed', { files: files(failed.length), name, why });
    return [{ text, urgency: 'assertive' }];
  }

  #end(): Announcement {
    this.#running = false;
    if (this.#completed === 0)
      return polite(say(this.#failures === 0 ? 'upload.announcement.cancelled' : 'upload.announcement.none'));
    const uploaded = say('upload.announcement.uploaded', { count: this.#completed });
    if (this.#failures === 0) return polite(uploaded);
    return polite(`${uploaded} ${say('upload.announcement.alsoFailed', { count: this.#failures })}`);
  }
}

function polite(text: string): Announcement {
  return { text, urgency: 'polite' };
}

function files(number: number): string {
  return say('upload.files', { count: number });
}
