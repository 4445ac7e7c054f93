import { jest } from '@jest/globals';
import type { Scheduler } from 'fast-check';
import type { BlobStore, Content } from '../../src/blobs/blob-store.js';
import { parseConfiguration } from '../../src/platform/config/configuration.js';
import { ProblemError } from '../../src/platform/http/problem-error.js';
import { ChunkService } from '../../src/upload/chunk.service.js';
import type { ChunkLedger } from '../../src/upload/chunk-ledger.js';
import type { CompletionService } from '../../src/upload/completion.service.js';
import { PrefixFollower } from '../../src/upload/prefix-follower.js';
import { UploadLeases } from '../../src/upload/upload-leases.js';
import type { UploadLedger } from '../../src/upload/upload-ledger.js';
import { testLog } from '../test-log.js';
import { MemoryLedger, type Answer } from './memory-ledger.js';
import { MemoryStore } from './memory-store.js';

/** Bytes of the one file. */
export const LENGTH = 8;
/** Virtual milliseconds after which nobody may wait any more. */
const FOR_EVER_MS = 300_000;
const TICK_MS = 500;

/** A request that writes. */
export interface Request {
  readonly kind: 'chunk' | 'append';
  readonly offset: number;
  readonly length: number;
  /** Whether its client sends all of it, goes away in the middle, or falls silent there. */
  readonly client: 'sends all' | 'goes away' | 'falls silent';
  readonly begins: boolean;
}

/** The byte path over a disk and rows in memory; a scheduler decides what happens next. */
export class World {
  private readonly step = (label: string): Promise<void> => this.scheduler.schedule(Promise.resolve(), label);
  readonly store = new MemoryStore(this.step);
  readonly ledger: MemoryLedger;
  readonly leases = new UploadLeases();
  readonly faults: string[] = [];
  private readonly service: ChunkService;

  constructor(
    private readonly scheduler: Scheduler,
    answers: Answer[],
  ) {
    this.ledger = new MemoryLedger(LENGTH, this.store, this.step, answers);
    const chunks = this.ledger as unknown as ChunkLedger;
    const store = this.store as unknown as BlobStore;
    this.service = new ChunkService(
      this.ledger as unknown as UploadLedger,
      chunks,
      this.leases,
      new PrefixFollower(chunks, store),
      this.ledger as unknown as CompletionService,
      store,
      parseConfiguration({ DATABASE_URL: 'postgresql://nobody@localhost/none' }),
      testLog().logger,
    );
  }

  /** Sends a request; what it is acknowledged must be held in that moment. */
  async send(request: Request, index: number): Promise<void> {
    await this.step('request');
    const { kind, offset, length, begins } = request;
    const incoming = { kind, offset, length, begins, check: null, label: `request ${index}` };
    try {
      const taken = await this.service.write(this.ledger.upload, { ...incoming, content: this.body(request, index) });
      if (taken?.progress === undefined || taken.progress === null) return;
      for (let place = offset; place < offset + length; place++) {
        if (this.ledger.recorded[place] === undefined) this.faults.push(`${place} is acknowledged and not recorded`);
      }
    } catch (error) {
      const isExpected = error instanceof ProblemError ? error.code !== 'internal' : error instanceof Lost;
      if (!isExpected && !String(error).includes('The connection broke.')) throw error;
    }
  }

  private async *body({ offset, length, client }: Request, index: number): Content {
    for (let at = offset; at < offset + length; at += 2) {
      await this.step(`bytes of ${index}`);
      if (at > offset && client === 'goes away') throw new Lost();
      if (at > offset && client === 'falls silent') await silence();
      // Says who wrote it, and where it belongs.
      yield [Buffer.from([0, 1].slice(0, offset + length - at).map((more) => (index + 1) * 16 + at + more))];
    }
  }

  /** As the service for uploads does it. */
  async cancel(): Promise<void> {
    await this.step('request');
    if (!(await this.ledger.cancel())) return;
    await this.leases.stopAll('u', new ProblemError('upload-cancelled', 'It was removed.'));
    await this.ledger.cleanUp();
  }

  /** A moment at which much time passes, whatever else waits. */
  async pause(): Promise<void> {
    await this.step('a pause');
    jest.advanceTimersByTime(2_000);
  }

  /** Lets everything happen that will, in the order that the scheduler chooses. */
  async run(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = work.finally(() => (isOver = true));
    over.catch(() => undefined);
    let left = FOR_EVER_MS;
    while (!isOver || this.scheduler.count() > 0 || this.leases.tokens().length > 0) {
      await settle();
      if (this.scheduler.count() > 0) await this.scheduler.waitNext(1);
      else if (!isOver || this.leases.tokens().length > 0) {
        left -= TICK_MS;
        if (left < 0) throw new Error('Somebody waits for ever.');
        jest.advanceTimersByTime(TICK_MS);
      }
      await settle();
    }
    await over;
  }

  /** What must not be, in sentences. */
  verdict(): string[] {
    const { state, recorded, leases } = this.ledger;
    const faults = [...this.faults, ...this.store.faults, ...this.ledger.faults];
    if (leases.size > 0) faults.push('a lease is left in the ledger');
    if (state !== 'receiving' && state !== 'completing') return faults;
    recorded.forEach((byte, place) => {
      if (this.store.written[place]?.byte !== byte) faults.push(`${place} was written again after it was recorded`);
    });
    return faults;
  }
}

/** The client has gone. */
class Lost extends Error {}

function silence(): Promise<never> {
  return new Promise((_, reject) =>
    setTimeout(() => {
      reject(new Lost());
    }, 60_000),
  );
}

/** Lets everything go on that waits for nothing. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
