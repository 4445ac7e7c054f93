import type { QueueTotals, Transfer } from '@stowage/client';
import { byteSize, count, percent } from '../ui/byte-size.js';
import { spelledName } from '../ui/name-parts.js';

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
    const checking = byState.checking.files > 0 ? ' Checking what is already there.' : '';
    return active ? [polite(`Uploading ${files(run.files)}, ${byteSize(run.length)}.${checking}`)] : [];
  }

  #quarter({ run }: QueueTotals): Announcement[] {
    const done = run.length > 0 ? percent(run.acknowledged, run.length) : percent(run.filesDone, run.files);
    const reached = STEPS.filter((step) => step <= done).at(-1) ?? 0;
    if (reached <= this.#step) return [];
    this.#step = reached;
    return [polite(`${reached} percent uploaded.`)];
  }

  #tellFailures(now: number): Announcement[] {
    const failed = this.#untold;
    const first = failed[0];
    if (first === undefined) return [];
    this.#untold = [];
    this.#toldAt = now;
    this.#failures += failed.length;
    const why = first.snapshot.problem?.title ?? 'unknown cause';
    const name = spelledName(first.name);
    const text =
      failed.length === 1 ? `${name} failed: ${why}.` : `${files(failed.length)} failed, first ${name}: ${why}.`;
    return [{ text, urgency: 'assertive' }];
  }

  #end(): Announcement {
    this.#running = false;
    if (this.#completed === 0) return polite(this.#failures === 0 ? 'Uploads cancelled.' : 'No file was uploaded.');
    const failed = this.#failures === 0 ? '' : ` ${count(this.#failures)} failed.`;
    return polite(`${files(this.#completed)} uploaded.${failed}`);
  }
}

function polite(text: string): Announcement {
  return { text, urgency: 'polite' };
}

function files(number: number): string {
  return number === 1 ? '1 file' : `${count(number)} files`;
}
