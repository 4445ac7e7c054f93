import { chmodSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file below a folder. */
export interface FoundFile {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  /** Bytes of the blocks that the file occupies: holes count nothing. */
  readonly allocated: number;
}

/** All files below a folder. A file that vanishes while we look is not there. */
export function filesIn(folder: string): FoundFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(folder, name);
    const facts = lstatSync(path, { throwIfNoEntry: false });
    // What a probe of the disk writes for a moment comes and goes as it likes.
    if (facts === undefined || facts.isDirectory() || basename(path) === '.probe') return [];
    return [{ path, mode: facts.mode & 0o777, size: facts.size, allocated: facts.blocks * 512 }];
  });
}

/** Bytes that the files below a folder occupy, but for those that make a data folder a volume. */
export function allocatedIn(folder: string): number {
  return filesIn(folder)
    .filter(({ path }) => !basename(path).startsWith('volume.'))
    .reduce((sum, file) => sum + file.allocated, 0);
}

/** Takes the right to write from a folder and everything below it. */
export function makeReadOnly(folder: string): void {
  changeModes(folder, (mode) => mode & ~0o222);
}

/** Gives its owner that right back. */
export function makeWritable(folder: string): void {
  changeModes(folder, (mode) => mode | 0o200);
}

function changeModes(folder: string, change: (mode: number) => number): void {
  for (const name of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    const path = join(folder, name);
    chmodSync(path, change(lstatSync(path).mode & 0o777));
  }
}

/** Most memory that a process ever had in RAM, in bytes. */
export function peakMemory(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) * 1024;
}

/** Lets the peak begin anew from what a process has in RAM now; see proc_pid_clear_refs(5). */
export function forgetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
