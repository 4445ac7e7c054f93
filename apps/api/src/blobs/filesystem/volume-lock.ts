import { constants, type BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { StartFault } from '../../platform/start-fault.js';
import { FILE_MODE } from './durable-files.js';
import { tryLock } from './kernel-lock.js';
import { errnoOf } from './storage-faults.js';

const READ_WRITE = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
/** What the holder writes into the file: for the sentence of the next one only, the kernel decides. */
const holderSchema = z.object({ pid: z.number(), host: z.string(), since: z.string(), stopping: z.boolean() });
type Holder = z.infer<typeof holderSchema>;

/** How long a holder that is stopping is waited for: a little longer than a stop may take. */
const MOST_WAIT_MS = 30_000;
const LOOK_EVERY_MS = 100;
const HOLDER_BYTES = 512;

/** The right of one process to write in a data folder: a kernel's lock on a file in it, open as long as it is held. */
export class VolumeLock {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly facts: BigIntStats,
    private readonly holder: Holder,
  ) {}

  /**
   * Takes the lock of a folder that exists. It waits only for a holder that says it is stopping: a server that has lost
   * its launcher still lets its requests end, and the next start should not be refused for that.
   * @throws StartFault naming the holder, or a file system without locks
   */
  static async take(root: string): Promise<VolumeLock> {
    const path = join(root, 'volume.lock');
    for (;;) {
      const file = await open(path, READ_WRITE, FILE_MODE);
      try {
        await lock(file, root);
        const facts = await file.stat({ bigint: true });
        if (await isAt(path, facts).catch(falseWhereMissing)) {
          const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString(), stopping: false };
          await describeHolder(file, holder);
          return new VolumeLock(path, file, facts, holder);
        }
      } catch (error) {
        await file.close();
        throw error;
      }
      // Somebody removed the file between open and lock: what we have locked is not what the next one would open.
      await file.close();
    }
  }

  /**
   * Whether the folder's lock is still this one: not so when another folder was mounted or moved there.
   * @throws Error with an errno when there is none
   */
  isInPlace(): Promise<boolean> {
    return isAt(this.path, this.facts);
  }

  /** Tells the next one that it need not wait for long. */
  async announceStop(): Promise<void> {
    await describeHolder(this.file, { ...this.holder, stopping: true });
  }

  /** Gives the folder back. The file stays: removing it could remove the next holder's. */
  async release(): Promise<void> {
    await this.file.close();
  }
}

async function lock(file: FileHandle, root: string): Promise<void> {
  const startedAt = performance.now();
  while (!tryToLock(file, root)) {
    const holder = await holderOf(file);
    if (holder?.stopping !== true || performance.now() - startedAt > MOST_WAIT_MS) throw inUse(root, holder);
    await pause(LOOK_EVERY_MS);
  }
}

function inUse(root: string, holder: Holder | null): StartFault {
  const who = holder === null ? '' : ` (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
  return new StartFault(
    `The data folder ${root} is in use by another Stowage${who}: stop it first, or set STOWAGE_DATA_DIR to another folder.`,
  );
}

function tryToLock(file: FileHandle, root: string): boolean {
  try {
    return tryLock(file.fd);
  } catch (error) {
    throw new StartFault(
      `The file system of the data folder ${root} has no locks (${errnoOf(error) ?? String(error)}), so nothing would ` +
        'keep a second server out: set STOWAGE_DATA_DIR to a folder on a local disk.',
      { cause: error },
    );
  }
}

async function describeHolder(file: FileHandle, holder: Holder): Promise<void> {
  // Always of one length and in one write: whoever reads meanwhile finds the one or the other.
  await file.write(`${JSON.stringify(holder).padEnd(HOLDER_BYTES - 1)}\n`, 0);
}

/** Null where the holder has not got as far as saying who it is. */
async function holderOf(file: FileHandle): Promise<Holder | null> {
  try {
    const buffer = Buffer.alloc(HOLDER_BYTES);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return holderSchema.parse(JSON.parse(buffer.toString('utf8', 0, bytesRead)));
  } catch {
    return null;
  }
}

async function isAt(path: string, { dev, ino }: BigIntStats): Promise<boolean> {
  const there = await stat(path, { bigint: true });
  return there.dev === dev && there.ino === ino;
}

function falseWhereMissing(error: unknown): false {
  if (errnoOf(error) === 'ENOENT') return false;
  throw error;
}
