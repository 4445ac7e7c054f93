import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { until } from '../../support/until.js';
import { run } from '../machine/support/run.js';

const SIZE = '128M';

/** Makes a small disk and takes it away again, in a world that nobody else sees. */
const PROBE = `
  set -e
  setpriv --pdeathsig KILL true
  scratch=$(mktemp -d)
  trap 'cd / && rm -rf "$scratch"' EXIT
  mkdir "$scratch/mounted" && truncate -s 2M "$scratch/image"
  mkfs.ext4 -q -F "$scratch/image" && mount -o loop "$scratch/image" "$scratch/mounted"
  umount "$scratch/mounted"
`;

/**
 * Waits until we are done, or are gone however that came about: no mount and no loop device outlives a test, and what uses
 * them must not either.
 */
const TEAR_DOWN = `
  scratch=$1 folder=$2
  cat >/dev/null
  if mountpoint -q "$folder"; then umount --lazy "$folder"; fi
  losetup --noheadings --output NAME --associated "$scratch/image" | xargs -r -n 1 losetup --detach
  rm -rf "$scratch"
`;

/** What this machine lacks for a {@link PowerDisk}; null when it lacks nothing. */
export function lackingForPowerDisks(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'root on Linux';
  const isPossible = spawnSync('unshare', ['-m', 'sh', '-c', PROBE], { stdio: 'ignore' }).status === 0;
  return isPossible ? null : 'e2fsprogs, setpriv (util-linux) and a loop device that may be mounted';
}

/**
 * An ext4 on a loop device over an image file, mounted on a folder. What is in the file has been given to the device; what
 * only the kernel's cache has is not in it, and is what a power cut takes away. Needs root.
 */
export class PowerDisk {
  private readonly scratch = mkdtempSync(join(tmpdir(), 'stowage-power-'));
  private readonly image = join(this.scratch, 'image');
  private readonly kept = join(this.scratch, 'kept');
  private readonly guard: ChildProcess;
  private device = '';

  private constructor(private readonly folder: string) {
    // In a group of its own, so that what ends us does not end it.
    const args = ['-c', TEAR_DOWN, 'sh', this.scratch, folder];
    this.guard = spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  }

  /** Makes a disk and mounts it on a folder that is there. */
  static async on(folder: string): Promise<PowerDisk> {
    const disk = new PowerDisk(folder);
    try {
      disk.make();
    } catch (error) {
      await disk.dispose();
      throw error;
    }
    return disk;
  }

  private make(): void {
    run('truncate', ['-s', SIZE, this.image]);
    // Nothing is left to be written later: what reaches the device are the writes of whoever uses it.
    run('mkfs.ext4', ['-q', '-F', '-m', '0', '-E', 'lazy_itable_init=0,lazy_journal_init=0', this.image]);
    this.mount();
    // Otherwise it would count as left behind.
    rmdirSync(join(this.folder, 'lost+found'));
    this.unmount();
    this.mount();
  }

  private mount(): void {
    this.device = run('losetup', ['--find', '--show', this.image]);
    run('mount', ['-t', 'ext4', this.device, this.folder]);
    // It goes with its mount, however that ends.
    run('losetup', ['--detach', this.device]);
  }

  private unmount(): void {
    run('umount', [this.folder]);
  }

  /** Keeps the image as it is now. Nobody may be using the disk. */
  async keep(): Promise<void> {
    await until('the device is at rest while its image is copied', () => {
      const before = this.writes();
      run('cp', ['--sparse=always', this.image, this.kept]);
      return before !== null && before === this.writes();
    });
  }

  /** What the device has been given to write, ever; null while it is being given something. */
  private writes(): string | null {
    const stat = readFileSync(`/sys/block/${basename(this.device)}/stat`, 'utf8')
      .trim()
      .split(/\s+/u);
    const [requests, sectors, inFlight] = [stat[4], stat[6], stat[8]];
    return inFlight === '0' ? `${requests} ${sectors}` : null;
  }

  /** The power is back: mounts what was kept in place of the present disk. Nothing may have a file of it open. */
  restore(): void {
    this.unmount();
    renameSync(this.kept, this.image);
    // Its journal is replayed.
    this.mount();
    this.unmount();
    // What was copied is a file system that a power cut may leave, and not one torn by the copying.
    run('e2fsck', ['-fn', this.image]);
    this.mount();
  }

  /** Takes everything down, whatever state it is in. */
  async dispose(): Promise<void> {
    const ended = once(this.guard, 'exit');
    this.guard.stdin?.end();
    await ended;
    rmSync(this.scratch, { recursive: true, force: true });
  }
}
