import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../support/until.js';
import { run } from './run.js';

/** What kind of disk. */
export interface DiskOptions {
  /** MiB. */
  readonly size: number;
  /** Inodes of the file system; by default what ext4 takes for its size. */
  readonly inodes?: number;
  /**
   * Keeps ext4's journal on another device, which never fails: then a write that is lost is one of data, and the file
   * system goes on. With the journal on the disk itself a fault makes ext4 give up writing altogether.
   */
  readonly journalElsewhere?: boolean;
}

const JOURNAL_MIB = 8;
/** Bits per second; "as fast as it can" is no number. */
const UNLIMITED = '1000G';

/**
 * Waits until we are done, or are gone however that came about, and takes everything down: no mount, loop device or process
 * outlives a test. nbdfuse and nbdkit end when nobody can see their file any more.
 */
const TEAR_DOWN = `
  scratch=$1 folder=$2
  cat >/dev/null
  rm -f "$scratch/fail"
  echo ${UNLIMITED} >"$scratch/rate.new" && mv "$scratch/rate.new" "$scratch/rate"
  for mounted in "$folder" "$folder" "$scratch/read-only" "$scratch/aside"; do
    if mountpoint -q "$mounted"; then umount --lazy "$mounted"; fi
  done
  for file in "$scratch/shown/nbd" "$scratch/journal"; do
    losetup --noheadings --output NAME --associated "$file" | xargs -r -n 1 losetup --detach
  done
  umount --lazy "$scratch/shown"
  rm -rf "$scratch"
`;

/**
 * A disk of a test's own with a real ext4 on it, mounted on a folder: a block device in memory (nbdkit), which a file of
 * nbdfuse shows to a loop device. It can fail, become slow, become read-only, vanish and come back. Needs root.
 */
export class TestDisk {
  private readonly scratch = mkdtempSync(join(tmpdir(), 'stowage-disk-'));
  /** Another mount of the same file system: it is there while the first is not, and shows what the disk has. */
  readonly aside = join(this.scratch, 'aside');
  private readonly readOnly = join(this.scratch, 'read-only');
  private readonly guard: ChildProcess;
  private device = '';
  private journal = '';
  private isReadOnly = false;

  private constructor(
    readonly folder: string,
    private readonly options: DiskOptions,
  ) {
    // In a group of its own, so that what ends us does not end it.
    const args = ['-c', TEAR_DOWN, 'sh', this.scratch, this.folder];
    this.guard = spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  }

  /** Makes a disk and mounts it on a folder, which is made. */
  static async on(folder: string, options: DiskOptions): Promise<TestDisk> {
    const disk = new TestDisk(folder, options);
    try {
      await disk.make();
    } catch (error) {
      await disk.dispose();
      throw error;
    }
    return disk;
  }

  private get failFile(): string {
    return join(this.scratch, 'fail');
  }

  private get rateFile(): string {
    return join(this.scratch, 'rate');
  }

  private async make(): Promise<void> {
    const { size, inodes, journalElsewhere = false } = this.options;
    const shown = join(this.scratch, 'shown');
    for (const folder of [shown, this.aside, this.readOnly, this.folder]) mkdirSync(folder, { recursive: true });
    const filters = ['--filter=error', '--filter=rate', 'memory', `${size}M`];
    const faults = ['error=EIO', 'error-pwrite-rate=100%', `error-file=${this.failFile}`, `rate-file=${this.rateFile}`];
    const args = [shown, '--command', 'nbdkit', '-s', '--exit-with-parent', ...filters, ...faults];
    // It says a line for every fault that we have asked for.
    spawn('nbdfuse', args, { stdio: 'ignore', detached: true });
    await until('the disk is there', () => existsSync(join(shown, 'nbd')));
    this.device = run('losetup', ['--find', '--show', join(shown, 'nbd')]);
    const at = ['-q', '-F', '-m', '0', '-E', 'nodiscard,lazy_itable_init=0,lazy_journal_init=0'];
    if (journalElsewhere) this.makeJournal();
    const where = this.journal === '' ? [] : ['-J', `device=${this.journal}`];
    run('mkfs.ext4', [...at, ...(inodes === undefined ? [] : ['-N', String(inodes)]), ...where, this.device]);
    this.mount();
  }

  private makeJournal(): void {
    const file = join(this.scratch, 'journal');
    run('truncate', ['-s', `${JOURNAL_MIB}M`, file]);
    this.journal = run('losetup', ['--find', '--show', file]);
    run('mkfs.ext4', ['-q', '-F', '-O', 'journal_dev', this.journal]);
  }

  private mount(): void {
    // A file system that has met a fault of its own becomes read-only, as distributions have it.
    run('mount', ['-t', 'ext4', '-o', 'errors=remount-ro', this.device, this.aside]);
    run('mount', ['--bind', this.aside, this.folder]);
    run('mount', ['--bind', this.aside, this.readOnly]);
    run('mount', ['-o', 'remount,bind,ro', this.readOnly]);
  }

  /** From now on every write to the device fails with EIO. */
  fail(): void {
    writeFileSync(this.failFile, '');
  }

  /** From now on writes succeed again. What failed before is lost, and the kernel takes it for written. */
  heal(): void {
    rmSync(this.failFile, { force: true });
  }

  /** From now on the device moves so many bytes a second. */
  slowDown(bytesPerSecond: number): void {
    this.setRate(String(bytesPerSecond * 8));
  }

  speedUp(): void {
    this.setRate(UNLIMITED);
  }

  private setRate(rate: string): void {
    writeFileSync(`${this.rateFile}.new`, rate);
    renameSync(`${this.rateFile}.new`, this.rateFile);
  }

  /** Makes the folder read-only for whoever opens something there; what is open stays as it is. */
  makeReadOnly(): void {
    run('mount', ['--bind', this.readOnly, this.folder]);
    this.isReadOnly = true;
  }

  makeWritable(): void {
    run('umount', ['--lazy', this.folder]);
    this.isReadOnly = false;
  }

  /** Takes the disk away under whoever uses it: the folder is empty, what is open stays open. */
  vanish(): void {
    run('umount', ['--lazy', this.folder]);
  }

  /** Brings it back. */
  comeBack(): void {
    run('mount', ['--bind', this.aside, this.folder]);
  }

  /** Has ext4 meet a fault of its own, as a bad block would make it: it gives up its journal and becomes read-only. */
  breakFileSystem(): void {
    const name = this.device.slice('/dev/'.length);
    writeFileSync(`/sys/fs/ext4/${name}/trigger_fs_error`, 'a test');
  }

  /**
   * What an operator does with a disk that had faults: takes it away, has it checked, mounts it again. Nothing may have it
   * open. Afterwards only what reached the device is there: the kernel's own memory of it is gone.
   */
  checkAndMount(): void {
    if (this.isReadOnly) this.makeWritable();
    for (const folder of [this.folder, this.readOnly, this.aside]) run('umount', [folder]);
    // 1: it has mended something.
    run('sh', ['-c', `e2fsck -fp ${this.device} || test $? -eq 1`]);
    this.mount();
  }

  /** Takes everything down, whatever state it is in. */
  async dispose(): Promise<void> {
    this.heal();
    this.speedUp();
    const ended = once(this.guard, 'exit');
    this.guard.stdin?.end();
    await ended;
  }
}
