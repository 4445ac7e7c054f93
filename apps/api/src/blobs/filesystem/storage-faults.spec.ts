import { describe, expect, it } from '@jest/globals';
import { errnoOf, isBeforeSync, isPassing, readFault, storageFault } from './storage-faults.js';

const systemError = (code: string, syscall = 'write') =>
  Object.assign(new Error(`${code}: something, ${syscall} '/srv/x'`), { code, syscall });

describe('a failed system call', () => {
  it.each(['ENOSPC', 'EDQUOT'])('means a full disk: %s', (code) => {
    const cause = systemError(code);
    expect(storageFault(cause)).toMatchObject({ code: 'storage-full', retryAfter: 60, cause });
  });

  it.each(['EIO', 'EROFS', 'EACCES', 'ENOENT', 'ELOOP', 'EMFILE', 'EFBIG'])(
    'means a fault of the store: %s',
    (code) => {
      const cause = systemError(code);
      expect(storageFault(cause)).toMatchObject({ code: 'storage-failed', cause });
    },
  );

  it('is of the process or the volume, or else of the file', () => {
    expect(['EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE'].every((code) => isPassing(systemError(code)))).toBe(true);
    expect(['EIO', 'EUCLEAN', 'EACCES', 'ELOOP'].some((code) => isPassing(systemError(code)))).toBe(false);
  });

  it('means a file that cannot be read', () => {
    const cause = systemError('EIO');
    expect(readFault(cause)).toMatchObject({ code: 'file-unreadable', cause });
  });

  it('has a time after which a retry is sensible', () => {
    for (const fault of [storageFault(systemError('EIO')), storageFault(systemError('ENOSPC')), readFault(null)]) {
      expect(fault.retryAfter).toBeGreaterThan(0);
    }
  });

  it('has come before a sync, or is the sync’s own', () => {
    expect(isBeforeSync(systemError('ENOENT', 'open'))).toBe(true);
    expect(isBeforeSync(Object.assign(new Error('stale'), { code: 'ESTALE' }))).toBe(true);
    expect(['EIO', 'ESTALE'].some((code) => isBeforeSync(systemError(code, 'fsync')))).toBe(false);
    expect(isBeforeSync('no error')).toBe(false);
  });

  it('is told without paths', () => {
    for (const fault of [
      storageFault(systemError('EIO')),
      storageFault(systemError('ENOSPC')),
      readFault(systemError('EIO')),
    ]) {
      expect(fault.message).not.toContain('/srv');
    }
  });

  it('has an errno, and other errors have none', () => {
    expect(errnoOf(systemError('EIO'))).toBe('EIO');
    for (const other of [new Error('x'), { code: 'EIO' }, null, 'EIO', Object.assign(new Error('x'), { code: 5 })]) {
      expect(errnoOf(other)).toBeNull();
    }
  });
});
