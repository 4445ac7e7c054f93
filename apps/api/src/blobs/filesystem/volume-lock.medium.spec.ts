import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { removeFolder, temporaryFolder } from '../../../test/test-storage.js';
import { VolumeLock } from './volume-lock.js';

// Real: the disk, locks of the kernel.
let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => removeFolder(folder));

it('refuses a second holder at once, and tells who the first is', async () => {
  const first = await VolumeLock.take(folder);
  await expect(VolumeLock.take(folder)).rejects.toThrow(`in use by another Stowage (process ${process.pid} on `);
  await first.release();
  await (await VolumeLock.take(folder)).release();
});

it('waits for a holder that is stopping, and takes the folder when that has let go', async () => {
  const first = await VolumeLock.take(folder);
  await first.announceStop();
  let taken = false;
  const second = VolumeLock.take(folder).then((lock) => {
    taken = true;
    return lock;
  });
  // Longer than it takes to be refused.
  await expect(
    Promise.race([second, first.isInPlace().then(() => VolumeLock.take(`${folder}/nowhere`))]),
  ).rejects.toThrow('ENOENT');
  expect(taken).toBe(false);
  await first.release();
  const lock = await second;
  expect(await lock.isInPlace()).toBe(true);
  await expect(VolumeLock.take(folder)).rejects.toThrow('in use');
  await lock.release();
});
