import { beforeEach, describe, expect, it } from '@jest/globals';
import { systemError } from '../../../test/file-handles.js';
import { DurableFolders } from './durable-folders.js';
import { DISK } from './file-system.js';
import { FolderSyncs } from './folder-syncs.js';
import { SyncHealth } from './sync-health.js';

let calls: string[];
let syncFails: boolean;
let folders: DurableFolders;

beforeEach(() => {
  calls = [];
  syncFails = false;
  const noted = (call: string) => (path: string) => {
    calls.push(`${call} ${path}`);
    return call === 'sync' && syncFails ? Promise.reject(systemError('EIO')) : Promise.resolve();
  };
  const files = { ...DISK, mkdir: noted('make'), rmdir: noted('remove'), syncFolder: noted('sync') };
  folders = new DurableFolders(files, new FolderSyncs(files, new SyncHealth()));
});

describe('durable folders', () => {
  it('are made and synced once, and looked at no more', async () => {
    expect(await folders.ensure('/b', ['/b/s', '/b/s/01'])).toBe('/b/s/01');
    expect(calls).toEqual(['make /b/s', 'sync /b', 'make /b/s/01', 'sync /b/s']);
    calls = [];
    expect(await folders.ensure('/b', ['/b/s', '/b/s/02'])).toBe('/b/s/02');
    expect(calls).toEqual(['make /b/s/02', 'sync /b/s']);
  });

  it('are not known before their names are durable', async () => {
    syncFails = true;
    await expect(folders.ensure('/b', ['/b/s'])).rejects.toMatchObject({ code: 'EIO' });
    syncFails = false;
    calls = [];
    await folders.ensure('/b', ['/b/s']);
    expect(calls).toEqual(['make /b/s', 'sync /b']);
  });

  it('are looked at again once they are forgotten', async () => {
    await folders.ensure('/b', ['/b/s']);
    folders.forget();
    calls = [];
    await folders.ensure('/b', ['/b/s']);
    expect(calls).toEqual(['make /b/s', 'sync /b']);
  });
});
