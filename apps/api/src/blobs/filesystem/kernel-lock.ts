import { createRequire } from 'node:module';

/** The part of fs-native-extensions that is used here; the package brings no types. */
interface Locks {
  tryLock(fd: number): boolean;
}

// A lock of an open file description (F_OFD_SETLK), which Node itself does not offer: the kernel drops it when the last
// descriptor is closed, however the process ends, and it holds across containers that share the folder.
const locks = createRequire(import.meta.url)('fs-native-extensions') as Locks;

/**
 * Locks a whole file for whoever has it open; closing the file gives the lock back.
 * @param fd open for writing
 * @returns false when it is locked through another open file, also one of this process
 * @throws Error with an errno where the file system has no locks
 */
export function tryLock(fd: number): boolean {
  return locks.tryLock(fd);
}
