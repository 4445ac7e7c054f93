import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../../../test/test-storage.js';
import { tryLock } from './kernel-lock.js';

// Real: files, locks of the kernel, a second process.
let folder: string;
let path: string;
const files: FileHandle[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder, 'lock');
});

afterEach(async () => {
  for (const file of files.splice(0)) await file.close();
  await removeFolder(folder);
});

async function opened(): Promise<FileHandle> {
  const file = await open(path, 'a+');
  files.push(file);
  return file;
}

/** A process that locks the file and says so; it ends only when it is killed. */
async function holder(): Promise<ChildProcess> {
  const program = `
    const { tryLock } = require('fs-native-extensions');
    const fd = require('node:fs').openSync(process.argv[1], 'a+');
    process.stdout.write(tryLock(fd) ? 'locked' : 'not locked');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [words] = (await once(child.stdout, 'data')) as [Buffer];
  expect(words.toString()).toBe('locked');
  return child;
}

describe('a lock of the kernel', () => {
  it('is there once', async () => {
    expect(tryLock((await opened()).fd)).toBe(true);
    expect(tryLock((await opened()).fd)).toBe(false);
  });

  it('ends with the open file', async () => {
    const first = await open(path, 'a+');
    expect(tryLock(first.fd)).toBe(true);
    await first.close();
    expect(tryLock((await opened()).fd)).toBe(true);
  });

  it('is held by a process that is stopped, and ends when it is killed', async () => {
    const child = await holder();
    const mine = await opened();
    child.kill('SIGSTOP');
    expect(tryLock(mine.fd)).toBe(false);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    expect(tryLock(mine.fd)).toBe(true);
  });

  it('needs a file that is open', () => {
    expect(() => tryLock(-1)).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });
});
