import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { connect, emptyDatabase } from '../../../test/test-database.js';
import { removeFolder, temporaryFolder } from '../../../test/test-storage.js';
import { StartFault } from '../../platform/start-fault.js';
import { DISK } from './file-system.js';
import { Volume } from './volume.js';
import { diskOf } from './volume-disk.js';
import type { KnownVolume } from './volume-decision.js';
import { VolumeLedger } from './volume-ledger.js';

// Real: PostgreSQL, the disk, locks of the kernel.
let database: DataSource;
let url: string;
let folder: string;
let dataDir: string;
const volumes: Volume[] = [];

beforeAll(async () => {
  url = await emptyDatabase();
  database = await connect(url);
  await database.runMigrations();
});

afterAll(() => database.destroy());

beforeEach(async () => {
  folder = await temporaryFolder();
  dataDir = join(folder, 'a', 'data');
});

afterEach(async () => {
  for (const volume of volumes.splice(0)) await volume.close();
  await database.query('DELETE FROM volumes');
  await removeFolder(folder);
});

async function opened(ledger = new VolumeLedger(url)): Promise<Volume> {
  const volume = await Volume.open(dataDir, null, ledger);
  volumes.push(volume);
  return volume;
}

async function established(ledger = new VolumeLedger(url)): Promise<Volume> {
  const volume = await opened(ledger);
  await volume.establish();
  return volume;
}

const rows = () => database.query<KnownVolume[]>('SELECT id, path, ready FROM volumes');
const idIn = (text: string) => (JSON.parse(text) as { id: string }).id;
const idOf = async (root: string) => idIn(await readFile(join(root, 'volume.json'), 'utf8'));

async function faultOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StartFault)) throw new Error('It was not refused.', { cause: error });
  return error.message;
}

describe('a volume', () => {
  it('is made with its folders, and known to both sides under one id', async () => {
    await established();
    const [row] = await rows();
    expect(row).toEqual({ id: await idOf(dataDir), path: dataDir, ready: true });
    expect((await readdir(dataDir)).sort()).toEqual(['volume.json', 'volume.lock']);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    for (const name of ['volume.json', 'volume.lock']) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('keeps its id, and the row says where it was last seen', async () => {
    const first = await established();
    const id = await idOf(dataDir);
    await first.close();
    volumes.pop();
    const moved = join(folder, 'moved');
    await rename(dataDir, moved);
    dataDir = moved;
    await established();
    expect(await rows()).toEqual([{ id, path: moved, ready: true }]);
  });

  it('changes nothing in the database before it is locked, which may have no tables yet', async () => {
    const bare = await emptyDatabase();
    await opened(new VolumeLedger(bare));
    expect(await readdir(dataDir)).toEqual(['volume.lock']);
    expect(await new VolumeLedger(bare).read()).toEqual({ volume: null, hasUploads: false, hasBlobs: false });
  });

  it('is open once, and says who has it', async () => {
    const first = await established();
    expect(await faultOf(opened())).toMatch(
      new RegExp(
        `is in use by another Stowage \\(process ${process.pid} on ${hostname()}, since 2.*Z\\): stop it`,
        'u',
      ),
    );
    await first.close();
    volumes.pop();
    await established();
  });

  it('is refused all the same when its holder has not said who it is', async () => {
    await established();
    await writeFile(join(dataDir, 'volume.lock'), '');
    expect(await faultOf(opened())).toMatch(/is in use by another Stowage: stop it first/u);
  });

  it('is locked where its lock file was removed and made again, and the first holder notices', async () => {
    const first = await established();
    await rm(join(dataDir, 'volume.lock'));
    await expect(first.check()).rejects.toMatchObject({ code: 'ESTALE', cause: { code: 'ENOENT' } });
    const second = await established();
    await expect(first.check()).rejects.toMatchObject({ code: 'ESTALE' });
    await second.check();
  });

  it('is no longer itself without its id or with another, and is again when that is put back', async () => {
    const volume = await established();
    const file = join(dataDir, 'volume.json');
    const text = await readFile(file, 'utf8');
    await volume.check();
    await rm(file);
    await expect(volume.check()).rejects.toMatchObject({ code: 'ESTALE', cause: { code: 'ENOENT' } });
    await writeFile(file, text.replace(idIn(text), 'X'.repeat(22)));
    await expect(volume.check()).rejects.toMatchObject({ code: 'ESTALE' });
    await writeFile(file, text);
    await volume.check();
    await writeFile(file, text.replace(idIn(text), 'X'.repeat(22)));
    await expect(volume.check()).rejects.toMatchObject({ code: 'ESTALE' });
  });

  it('is nothing to write to before it is established', async () => {
    await expect((await opened()).check()).rejects.toMatchObject({ code: 'ESTALE' });
  });

  it.each(['file', 'closed folder', 'link to nowhere'])('is refused in a %s', async (kind) => {
    await mkdir(join(folder, 'a'));
    if (kind === 'file') await writeFile(dataDir, '');
    if (kind === 'link to nowhere') await symlink(join(folder, 'nowhere', 'else'), dataDir);
    if (kind === 'closed folder') {
      // Root may write everywhere but in the kernel's own folders.
      if (process.getuid?.() === 0) dataDir = '/sys/stowage';
      else await chmod(join(folder, 'a'), 0o500);
    }
    expect(await faultOf(opened())).toMatch(/^The data folder .* cannot be used \(E[A-Z]+\): make it writable/u);
  });
});

describe('two servers that bring a folder each to one new database', () => {
  it('agree on one: the other was begun on a row that is no longer there', async () => {
    const ledger = new VolumeLedger(url);
    const left = await ledger.begin('/left', null);
    expect(await faultOf(ledger.begin('/right', null))).toMatch(/another data folder/u);
    const right = await ledger.begin('/right', { id: left, path: '/left', ready: false });
    expect(await faultOf(ledger.confirm(left, '/left'))).toMatch(/another data folder/u);
    await ledger.confirm(right, '/right');
    expect(await faultOf(ledger.begin('/left', { id: right, path: '/right', ready: false }))).toMatch(
      /another data folder/u,
    );
    expect(await rows()).toEqual([{ id: right, path: '/right', ready: true }]);
  });
});

describe('a start that dies while it makes the volume', () => {
  class DiesAfterRow extends VolumeLedger {
    override async begin(...args: Parameters<VolumeLedger['begin']>): Promise<string> {
      await super.begin(...args);
      throw new Error('killed');
    }
  }
  class DiesAfterFile extends VolumeLedger {
    override confirm(): Promise<void> {
      return Promise.reject(new Error('killed'));
    }
  }

  it.each([
    ['before the folder has its id', DiesAfterRow],
    ['before the row is ready', DiesAfterFile],
  ])('leaves what the next one heals: %s', async (_, Ledger) => {
    await expect(established(new Ledger(url))).rejects.toThrow('killed');
    await volumes.pop()?.close();
    expect(await rows()).toMatchObject([{ ready: false }]);
    await established();
    expect(await rows()).toEqual([{ id: await idOf(dataDir), path: dataDir, ready: true }]);
  });

  it('leaves no id that is taken for the volume after another folder has become it', async () => {
    await expect(established(new DiesAfterFile(url))).rejects.toThrow('killed');
    await volumes.pop()?.close();
    const first = dataDir;
    dataDir = join(folder, 'other');
    await established();
    dataDir = first;
    expect(await faultOf(opened())).toMatch(/is volume .*, but this database's files are on volume/u);
  });
});

describe('the disk of a volume', () => {
  it('does nothing to another folder at its place, and goes on when the right one is back', async () => {
    const volume = await established();
    const disk = diskOf(volume);
    const path = join(dataDir, 'x');
    const file = await disk.open(path, 0o102, 0o600);
    await file.close();
    await rename(dataDir, `${dataDir}-away`);
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'y'), '');
    const calls = [
      () => disk.open(path, 0o102, 0o600),
      () => disk.read(join(dataDir, 'y'), { start: 0, end: 1 }),
      () => disk.link(join(dataDir, 'y'), path),
      () => disk.unlink(join(dataDir, 'y')),
      () => disk.mkdir(path, 0o700),
      () => disk.readdir(dataDir),
      () => disk.stat(join(dataDir, 'y')),
      () => disk.syncFolder(dataDir),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ name: 'StaleVolume', code: 'ESTALE' });
    expect(await readdir(dataDir)).toEqual(['y']);
    await rm(dataDir, { recursive: true });
    await rename(`${dataDir}-away`, dataDir);
    expect(await disk.stat(path)).toMatchObject({ size: 0 });
  });

  it('is nobody’s to change once it is closed, and is not given up before what was begun has ended', async () => {
    const volume = await established();
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let asked: () => void = () => undefined;
    const began = new Promise<void>((resolve) => (asked = resolve));
    const slow = { ...DISK, unlink: () => (asked(), held) };
    const disk = diskOf(volume, slow);
    const unlinking = disk.unlink(join(dataDir, 'x'));
    await began;
    const closing = volume.close();
    volumes.pop();
    await expect(disk.mkdir(join(dataDir, 'late'), 0o700)).rejects.toMatchObject({ code: 'ESTALE' });
    expect(await faultOf(opened())).toMatch(/is in use by another Stowage/u);
    goOn();
    await unlinking;
    await closing;
    await established();
    expect(await readdir(dataDir)).not.toContain('late');
  });

  it('is asked in every call that names something', () => {
    const disk = diskOf({ during: (work) => work() });
    const unchecked = Object.entries(DISK).filter(([name, call]) => disk[name as keyof typeof disk] === call);
    // Room is looked up beside every write.
    expect(unchecked.map(([name]) => name)).toEqual(['statfs']);
  });
});
