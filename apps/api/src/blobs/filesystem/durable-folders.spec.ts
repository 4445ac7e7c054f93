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

const last = (...names: readonly string[]) => folders.within('/b', names, (folder) => Promise.resolve(folder));

describe('durable folders', () => {
  it('are made and synced once, and looked at no more', async () => {
    expect(await last('/b/s', '/b/s/01')).toBe('/b/s/01');
    expect(calls).toEqual(['make /b/s', 'sync /b', 'make /b/s/01', 'sync /b/s']);
    calls = [];
    expect(await last('/b/s', '/b/s/02')).toBe('/b/s/02');
    expect(calls).toEqual(['make /b/s/02', 'sync /b/s']);
  });

  it('are not known before their names are durable', async () => {
    syncFails = true;
    await expect(last('/b/s')).rejects.toMatchObject({ code: 'EIO' });
    syncFails = false;
    calls = [];
    await last('/b/s');
    expect(calls).toEqual(['make /b/s', 'sync /b']);
  });

  it('are all looked at again when one of them is gone, and what was to be done there is done once more', async () => {
    await last('/b/s', '/b/s/01');
    calls = [];
    let attempts = 0;
    const work = () => (++attempts === 1 ? Promise.reject(systemError('ENOENT')) : Promise.resolve('done'));
    expect(await folders.within('/b', ['/b/s', '/b/s/01'], work)).toBe('done');
    expect(calls).toEqual(['make /b/s', 'sync /b', 'make /b/s/01', 'sync /b/s']);
  });
});
