import { resolve } from 'node:path';
import { errnoOf } from './storage-faults.js';
import { unusableFolder } from './unusable-folder.js';
import { decideVolume } from './volume-decision.js';
import { findFolder, makeFolder, VolumeIdWatch, writeVolumeId } from './volume-file.js';
import type { VolumeLedger } from './volume-ledger.js';
import { VolumeLock } from './volume-lock.js';

/** Another folder stands where the volume was; a system error for whoever was about to change it. */
export class StaleVolume extends Error {
  override readonly name = 'StaleVolume';
  readonly code = 'ESTALE';

  constructor(root: string, cause?: unknown) {
    super(
      `The data folder ${root} is not the volume that was opened: mount that one again, or restart the server.`,
      cause === undefined ? {} : { cause },
    );
  }
}

/**
 * A data folder that belongs to this process alone, and to the rows of one database. Open it before anything is
 * changed, establish it when the schema is there, close it last.
 */
export class Volume {
  private watch: VolumeIdWatch | null = null;
  private closed = false;
  /** What is being done to the folder now. */
  private readonly busy = new Set<Promise<unknown>>();

  private constructor(
    readonly root: string,
    private readonly lock: VolumeLock,
    private readonly ledger: VolumeLedger,
    private readonly adopt: string | null,
  ) {}

  /**
   * Locks the folder, which is made when it may be; a refused one stays as it is.
   * @param adopt the setting that overrules one refusal; see {@link decideVolume}
   * @throws StartFault when it is another database's, seems not mounted, is in use, or cannot be written
   */
  static async open(dataDir: string, adopt: string | null, ledger: VolumeLedger): Promise<Volume> {
    const root = resolve(dataDir);
    decideVolume(await usable(root, findFolder(root)), await ledger.read(), adopt);
    await usable(root, makeFolder(root));
    return new Volume(root, await usable(root, VolumeLock.take(root)), ledger, adopt);
  }

  /**
   * Makes both sides agree. The row comes first, not ready; then the folder's file; then the row is ready. A crash in
   * between leaves a row that is not ready, which the next start makes anew or confirms.
   * @throws StartFault as {@link open}
   */
  async establish(): Promise<void> {
    // Decided again, now that nobody else can change the folder.
    const folder = await usable(this.root, findFolder(this.root));
    const records = await this.ledger.read();
    let { id } = folder;
    if (decideVolume(folder, records, this.adopt) === 'make' || id === null) {
      id = await this.ledger.begin(this.root, records.volume);
      await usable(this.root, writeVolumeId(this.root, id));
    }
    await this.ledger.confirm(id, this.root);
    this.watch = new VolumeIdWatch(this.root, id);
  }

  /**
   * Sees that the folder is still the one that was opened, and has its id: for readiness.
   * @throws StaleVolume when another one is mounted or was moved there, or none
   */
  check(): Promise<void> {
    return this.inPlace([this.lock.isInPlace(), this.watch?.isSame() ?? Promise.resolve(false)]);
  }

  private async inPlace(looks: readonly Promise<boolean>[]): Promise<void> {
    let same: boolean;
    try {
      same = (await Promise.all(looks)).every((look) => look);
    } catch (error) {
      throw new StaleVolume(this.root, error);
    }
    if (!same) throw new StaleVolume(this.root);
  }

  /**
   * Does something to the folder, after a look at whether its lock is in its place: one short look, since there are a dozen to
   * a file. Where the lock is ours, nobody else may have given the folder another id.
   * @throws StaleVolume, also once it is closed
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed || this.watch === null) throw new StaleVolume(this.root);
    const done = this.inPlace([this.lock.isInPlace()]).then(work);
    this.busy.add(done);
    try {
      return await done;
    } finally {
      this.busy.delete(done);
    }
  }

  /** Says that this process will soon let go of the folder: the next one then waits instead of being refused. */
  announceStop(): Promise<void> {
    return this.lock.announceStop();
  }

  /**
   * Lets another process have the folder. Work that was cut off, a completion perhaps, may still be waiting for the disk:
   * from now on it changes nothing, and what has reached the disk is waited for.
   */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.busy);
    await this.lock.release();
  }
}

/** Adds the sentence to failed system calls. */
async function usable<T>(root: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw errnoOf(error) === null ? error : unusableFolder(root, error);
  }
}
