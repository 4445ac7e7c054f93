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

/** Mounts a small file system in memory at a folder; null where this user may not. */
export function mountVolume(bytes: number, at?: string): Volume | null {
  const folder = at ?? mkdtempSync(join(tmpdir(), 'stowage-volume-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', folder]);
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
