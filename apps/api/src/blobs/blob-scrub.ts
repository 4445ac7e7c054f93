import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CONFIGURATION, LOGGER } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { BlobHealth, type DueBlob } from './blob-health.js';
import { BLOB_STORE, type BlobStore, type MeasuredBlob } from './blob-store.js';
import type { Damage } from './entities/stored-blob.entity.js';

const EVERY_SECONDS = 60;
const DAY_SECONDS = 86_400;
/** A blob is due at half the period, and the speed is such that all are read within 40 % of it: a tenth is in reserve. */
const DUE_AT = 0.5;
const READ_WITHIN = 0.4;
/** Slower than this would spare no disk, and take days for a small store. */
const LEAST_BYTES_PER_SECOND = 8 * 1024 * 1024;

type Finding = { readonly measured: MeasuredBlob | null } | { readonly error: unknown };

interface Reading {
  readonly blob: DueBlob;
  readonly finding: Promise<Finding>;
}

/** What a scrub has done since the process started, for metrics. */
export interface ScrubCounts {
  readonly blobs: number;
  readonly bytes: number;
  readonly damaged: number;
}

/**
 * Reads every blob within the period that the configuration says, and marks those whose bytes are not what they were. It
 * never removes anything. One blob at a time; one that takes longer than a run of the job is read on while the next
 * run comes.
 */
@Injectable()
export class BlobScrub implements OnModuleInit, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private reading: Reading | null = null;
  private done: ScrubCounts = { blobs: 0, bytes: 0, damaged: 0 };
  /** Bytes of all blobs when the run began. */
  private total: number | null = null;
  private readonly periodSeconds: number;

  constructor(
    private readonly health: BlobHealth,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly jobs: JobRunner,
    @Inject(CONFIGURATION) { storage }: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.periodSeconds = storage.scrubDays * DAY_SECONDS;
  }

  get counts(): ScrubCounts {
    return this.done;
  }

  onModuleInit(): void {
    if (this.periodSeconds === 0) return;
    this.jobs.register({ name: 'scrub-blobs', everySeconds: EVERY_SECONDS, run: (signal) => this.run(signal) });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.reading?.finding;
  }

  /** Looks at what is due, until nothing is or the signal comes. */
  async run(signal: AbortSignal): Promise<void> {
    this.total = null;
    while (!signal.aborted && !this.isStopping()) {
      this.reading ??= await this.begin();
      if (this.reading === null) return;
      const { blob, finding } = this.reading;
      const found = await unlessAborted(finding, signal);
      if (found === null || this.isStopping()) return;
      this.reading = null;
      await this.judge(blob, found);
    }
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async begin(): Promise<Reading | null> {
    const blob = await this.health.due(this.periodSeconds * DUE_AT);
    if (blob === null) return null;
    // Once a run: adding them up takes longer than reading a small one.
    this.total ??= await this.health.bytes();
    const needed = this.total / (this.periodSeconds * READ_WITHIN);
    const pace = { bytesPerSecond: Math.max(needed, LEAST_BYTES_PER_SECOND), signal: this.stopping.signal };
    const finding = this.store.hash(blob, pace).then(
      (measured) => ({ measured }),
      (error: unknown) => ({ error }),
    );
    return { blob, finding };
  }

  /** @throws what kept the bytes from being read, when that says nothing of them: the volume is away, the server stops */
  private async judge(blob: DueBlob, found: Finding): Promise<void> {
    if ('error' in found && !isUnreadable(found.error)) throw found.error;
    const damage = 'error' in found ? 'unreadable' : damageOf(blob, found.measured);
    const stillSo = async (): Promise<boolean> =>
      (damage !== 'missing' && damage !== 'size') || (await this.store.size(blob)) !== blob.size;
    if (!(await this.health.note(blob, damage, stillSo))) return;
    const { blobs, bytes, damaged } = this.done;
    this.done = { blobs: blobs + 1, bytes: bytes + blob.size, damaged: damaged + (damage === null ? 0 : 1) };
    this.tell(blob, damage, found);
  }

  private tell(blob: DueBlob, damage: Damage | null, found: Finding): void {
    const facts = { blobId: blob.id, ...('error' in found ? { err: found.error } : {}) };
    if (damage !== null) this.logger.error({ ...facts, damage }, 'stored bytes are damaged');
    else if (blob.damaged) this.logger.info(facts, 'damaged bytes are whole again');
  }
}

function damageOf(blob: DueBlob, measured: MeasuredBlob | null): Damage | null {
  if (measured === null) return 'missing';
  if (measured.size !== blob.size) return 'size';
  return measured.sha256 === blob.sha256 ? null : 'different';
}

function isUnreadable(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'file-unreadable';
}

/** The result of work, or null when the signal comes first. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<null>((resolve) => {
    stop = () => {
      resolve(null);
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
