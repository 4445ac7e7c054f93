import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own. */
export interface Volume {
  readonly folder: string;
  /** Unmounts it and removes its folder. */
  close(): void;
}

/** What a small file system holds at most. */
export interface VolumeLimits {
  readonly bytes: number;
  /** Files and folders together; as many as fit when it is left out. */
  readonly inodes?: number;
}

/** Mounts a small file system in memory at a folder, a new one when none is given; null where this user may not. */
export function mountVolume({ bytes, inodes }: VolumeLimits, at?: string): Volume | null {
  const folder = at ?? mkdtempSync(join(tmpdir(), 'stowage-volume-'));
  const options = `size=${bytes},mode=0700${inodes === undefined ? '' : `,nr_inodes=${inodes}`}`;
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  const remove = () => {
    if (at === undefined) rmSync(folder, { recursive: true, force: true });
  };
  if (status !== 0) {
    remove();
    return null;
  }
  const close = () => {
    spawnSync('umount', [folder]);
    remove();
  };
  return { folder, close };
}

/** True where this user may mount file systems. */
export function canMount(): boolean {
  const volume = mountVolume({ bytes: 1024 * 1024 });
  volume?.close();
  return volume !== null;
}
