import { jest } from '@jest/globals';
import { open, readdir, readlink, type FileHandle } from 'node:fs/promises';

/** Calls of a file handle that the product makes. */
export type HandleCall = 'writev' | 'datasync' | 'sync';

type Call = (this: FileHandle, ...values: unknown[]) => Promise<unknown>;

/**
 * Stands in front of a call of every file handle in the process: gets the real one, and can count, fail as a disk would,
 * or do less. Undone by `jest.restoreAllMocks()`.
 */
export async function replaceCall(call: HandleCall, replacement: (real: Call) => Call): Promise<void> {
  const handle = await open('/dev/null');
  const prototype = Object.getPrototypeOf(handle) as Record<HandleCall, Call>;
  await handle.close();
  const real = prototype[call];
  jest.spyOn(prototype, call).mockImplementation(replacement(real));
}

/** Does something before each such call; it can throw in its place. */
export function watchCalls(call: HandleCall, before: () => void): Promise<void> {
  return replaceCall(
    call,
    (real) =>
      async function (...values) {
        before();
        return real.apply(this, values);
      },
  );
}

/** What a system call that failed throws. */
export function systemError(code: string, syscall = 'write'): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: made up, ${syscall}`), { code, errno: -1, syscall });
}

/** Files below a folder that this process has open. */
export async function openFiles(folder: string): Promise<string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(links)).filter((path) => path.startsWith(folder));
}
