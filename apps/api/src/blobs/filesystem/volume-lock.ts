import { constants, type BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { StartFault } from '../../platform/start-fault.js';
import { FILE_MODE } from './durable-files.js';
import { tryLock } from './kernel-lock.js';
import { errnoOf } from './storage-faults.js';

const READ_WRITE = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
/** What the holder writes into the file: for the sentence of the next one only, the kernel decides. */
const holderSchema = z.object({ pid: z.number(), host: z.string(), since: z.string() });

/** The right of one process to write in a data folder: a kernel's lock on a file in it, open as long as it is held. */
export class VolumeLock {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly facts: BigIntStats,
  ) {}

  /**
   * Takes the lock of a folder that exists, and never waits.
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
          await describeHolder(file);
          return new VolumeLock(path, file, facts);
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

  /** Gives the folder back. The file stays: removing it could remove the next holder's. */
  async release(): Promise<void> {
    await this.file.close();
  }
}

async function lock(file: FileHandle, root: string): Promise<void> {
  let locked: boolean;
  try {
    locked = tryLock(file.fd);
  } catch (error) {
    throw new StartFault(
      `The file system of the data folder ${root} has no locks (${errnoOf(error) ?? String(error)}), so nothing would ` +
        'keep a second server out: set STOWAGE_DATA_DIR to a folder on a local disk.',
      { cause: error },
    );
  }
  if (locked) return;
  throw new StartFault(
    `The data folder ${root} is in use by another Stowage${await holderOf(file)}: stop it first, or set ` +
      'STOWAGE_DATA_DIR to another folder.',
  );
}

async function describeHolder(file: FileHandle): Promise<void> {
  const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  await file.truncate();
  await file.write(`${JSON.stringify(holder)}\n`, 0);
}

/** Empty where the holder has not got as far as saying who it is. */
async function holderOf(file: FileHandle): Promise<string> {
  try {
    const { pid, host, since } = holderSchema.parse(JSON.parse(await file.readFile('utf8')));
    return ` (process ${pid} on ${host}, since ${since})`;
  } catch {
    return '';
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
