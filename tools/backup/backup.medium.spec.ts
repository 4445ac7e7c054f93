// Real: the built product, its PostgreSQL, the disk, the commands as processes of their own.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { until } from '../launch/test/product.js';
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.mjs';
import { runningServer } from '../postgres/running-server.mjs';
import { findBackup, readManifest } from './manifest.mjs';
import { restoreBlobs } from './restore-bytes.mjs';
import { CHUNK, Command, Load, World, sha256, type Stored } from './test/world.js';

let folder: string;
let root: string;
let worlds: World[] = [];
let commands: Command[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stowage-backup-'));
  root = path.join(folder, 'backups');
});

afterEach(async () => {
  for (const command of commands) await command.end();
  commands = [];
  for (const world of worlds) await world.product.end();
  worlds = [];
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A product in a folder of its own; the same name again means the same folder. */
async function start(name: string, env: NodeJS.ProcessEnv = {}): Promise<World> {
  fs.mkdirSync(path.join(folder, name), { recursive: true });
  const world = new World(path.join(folder, name), env);
  worlds.push(world);
  await world.product.ready();
  return world;
}

const dataOf = (name: string): string => path.join(folder, name, 'data');

function run(words: string[], env: NodeJS.ProcessEnv): Command {
  const command = new Command(words, env);
  commands.push(command);
  return command;
}

const backup = (name: string, words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Command =>
  run(['backup', root, ...words], { STOWAGE_DATA_DIR: dataOf(name), ...env });

/** A backup of `original` that stays where the database is backed up, until `go`. */
function backupThatWaits(): { running: Command; go: () => void } {
  const [tool, sign] = [path.join(folder, 'tool.sh'), path.join(folder, 'go')];
  fs.writeFileSync(tool, `#!/bin/sh\necho waits\nuntil [ -e ${sign} ]; do sleep 0.05; done\n`, { mode: 0o700 });
  return { running: backup('original', [`--database-tool=${tool}`]), go: () => fs.writeFileSync(sign, '') };
}

function restore(name: string, words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Command {
  fs.mkdirSync(path.join(folder, name), { recursive: true });
  return run(['restore', root, ...words], { STOWAGE_DATA_DIR: dataOf(name), ...env });
}

/** For a command that is to stop before it makes the file of which the place has these words. */
const held = (words: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=${new URL('test/held.mjs', import.meta.url).href}`,
  HELD_AT: words,
});

const isHeld = (running: Command): Promise<void> => until(() => running.stdout.includes('held\n'));

const newest = (): string => findBackup(root, undefined);

/** Names of what is below a folder, relative to it. */
const below = (place: string): string[] =>
  fs
    .readdirSync(place, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [path.relative(place, path.join(entry.parentPath, entry.name))] : []));

async function query<T>(name: string, sql: string): Promise<T[]> {
  const url = runningServer(path.join(dataOf(name), 'postgres'))?.url;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

function uploadMany(world: World, count: number): Promise<Stored[]> {
  const names = Array.from({ length: count }, (_, index) => `kept-${index}.bin`);
  return Promise.all(names.map((name) => world.upload(randomBytes(30_000), name)));
}

describe('npm run backup and npm run restore', () => {
  it('under load keep every file, and what unfinished uploads hold', async () => {
    const world = await start('original');
    const kept = await uploadMany(world, 200);
    const unfinished = randomBytes(CHUNK * 40 + 7);
    for (const index of [0, 1, 5, 40]) await world.chunk('unfinished', unfinished, index);
    const load = new Load(world);
    await load.reaches(6);
    const before = [...load.stored];
    // Contents are copied in the order of their digests: what comes last is deleted once the database has been read.
    const doomed = [...kept].sort((one, other) => other.sha256.localeCompare(one.sha256)).slice(0, 100);
    const running = backup('original');
    await until(() => running.stdout.includes('Database: ') || running.stderr !== '');
    for (const file of doomed) await world.remove(file.id);
    const said = await running.done();
    await load.stop();
    expect(said).toMatch(/^Backup .*: \d+ files, .* new with .*; [\d.]+ s\.$/m);
    expect(readManifest(newest()).blobs).toMatchObject({ missing: 0, damaged: 0 });
    await world.product.end();

    await restore('restored', ['--verify']).done();
    const restored = await start('restored');
    const files = await restored.files();
    const names = new Set(files.map((file) => file.id));
    expect([...kept, ...before].filter((file) => !names.has(file.id))).toEqual([]);
    for (const file of files) expect(await restored.download(file.id)).toBe(file.sha256);

    const recorded = await query<{ id: string; end: string }>(
      'restored',
      `SELECT u.id, max(c."offset" + c.length) AS end FROM uploads u JOIN chunks c ON c.upload_id = u.id
       WHERE u.state = 'receiving' GROUP BY u.id`,
    );
    expect(recorded.length).toBeGreaterThan(1);
    const held = (id: string) => fs.statSync(path.join(restored.dataDir, 'staging', id)).size;
    expect(recorded.filter(({ id, end }) => held(id) < Number(end))).toEqual([]);
    const { upload } = await restored.chunk('unfinished', unfinished, 2);
    expect((await restored.status(upload.id)).upload.received).toBe(CHUNK * 4 + 7);
    for (let index = 0; index <= 40; index++) await restored.chunk('unfinished', unfinished, index);
    await until(async () => (await restored.status(upload.id)).upload.state === 'complete');
    const { file } = await restored.status(upload.id);
    expect(file && (await restored.download(file.id))).toBe(sha256(unfinished));
    expect(await restored.product.answers()).toBe(true);
  }, 300_000);

  it('fail, and leave no backup, when the hold on removals was lost on the way', async () => {
    const world = await start('original');
    await uploadMany(world, 1);
    const { running, go } = backupThatWaits();
    await until(() => running.stdout.includes('waits') || running.stderr !== '');
    await query('original', 'DELETE FROM holds');
    go();
    expect(await running.refused()).toMatch(/^The hold on removals ran out, so files may have been removed .*\.$/);
    expect(await restore('restored').refused()).toMatch(/^There is no finished backup/);
  });

  it('restore an upload that completed while the database was read as one that can go on', async () => {
    const world = await start('original');
    const bytes = randomBytes(CHUNK + 100);
    const { upload } = await world.chunk('late', bytes, 0);
    const { running, go } = backupThatWaits();
    await until(() => running.stdout.includes('waits') || running.stderr !== '');
    await world.chunk('late', bytes, 1);
    await until(async () => (await world.status(upload.id)).upload.state === 'complete');
    await until(() => !fs.existsSync(path.join(world.dataDir, 'staging', upload.id)));
    go();
    await running.done();
    await restore('restored').done();
    expect(sha256(fs.readFileSync(path.join(dataOf('restored'), 'staging', upload.id)))).toBe(sha256(bytes));
  });

  it('work with a server that is stopped, and leave it stopped', async () => {
    const world = await start('original');
    const [file] = await uploadMany(world, 1);
    await world.product.end();
    await backup('original').done();
    expect(runningServer(path.join(dataOf('original'), 'postgres'))).toBeUndefined();
    expect(fs.existsSync(path.join(dataOf('original'), 'launcher.lock'))).toBe(false);
    await restore('restored').done();
    expect(await (await start('restored')).download(file?.id ?? '')).toBe(file?.sha256);
  });

  it('copy only new contents the second time, and leave the first backup as it was', async () => {
    const world = await start('original');
    const first = await uploadMany(world, 10);
    await backup('original').done();
    const older = newest();
    const facts = () => below(older).map((name) => [name, fs.statSync(path.join(older, name)).mtimeMs]);
    const [factsBefore, blobsBefore] = [facts(), below(path.join(root, 'blobs'))];
    await world.remove(first[0]?.id ?? '');
    await world.upload(randomBytes(1000), 'second.bin');
    await backup('original').done();
    expect(readManifest(newest()).blobs).toMatchObject({ copied: 1, copiedBytes: 1000 });
    expect(facts()).toEqual(factsBefore);
    expect(below(path.join(root, 'blobs'))).toEqual(expect.arrayContaining(blobsBefore));

    await restore('older', [`--backup=${path.basename(older)}`, '--verify']).done();
    expect((await (await start('older')).files()).length).toBe(10);
  });
});

describe('a data folder that has lost bytes', () => {
  const contentOf = (name: string, file: Stored | undefined): string => {
    const blobs = path.join(dataOf(name), 'blobs');
    return path.join(blobs, below(blobs).find((each) => each.endsWith(file?.sha256 ?? '')) ?? '');
  };

  it('gets them back from a backup: an earlier one had them, so every later one does', async () => {
    const world = await start('original');
    const files = await uploadMany(world, 4);
    await backup('original').done();
    const [gone, cut, unreadable] = files.map((file) => contentOf('original', file));
    fs.rmSync(gone ?? '');
    fs.truncateSync(cut ?? '', 100);
    fs.rmSync(unreadable ?? '');
    // The beginning of a process' own memory is nowhere: reading there is a fault of the device.
    fs.symlinkSync('/proc/self/mem', unreadable ?? '');
    const said = await backup('original').done();
    expect(said).toMatch(/^Warning: 3 files had lost their bytes in the data folder .* an earlier backup/m);
    expect(readManifest(newest()).blobs).toMatchObject({ count: 4, bytes: 120_000, damaged: 2, missing: 0 });
    await world.product.end();

    await restore('restored', ['--verify']).done();
    const restored = await start('restored');
    for (const file of files) expect(await restored.download(file.id)).toBe(file.sha256);
  });

  it('is backed up all the same, with a word of what is not in the backup', async () => {
    const world = await start('original');
    const [lost, kept] = await uploadMany(world, 2);
    const bytes = randomBytes(CHUNK + 100);
    const unreadable = (await world.chunk('unreadable', bytes, 0)).upload.id;
    const short = (await world.chunk('short', bytes, 1)).upload.id;
    const file = contentOf('original', lost);
    fs.rmSync(file);
    fs.symlinkSync('/proc/self/mem', file);
    const staged = (id: string) => path.join(world.dataDir, 'staging', id);
    fs.rmSync(staged(unreadable));
    fs.symlinkSync('/proc/self/mem', staged(unreadable));
    fs.truncateSync(staged(short), 10);
    const said = await backup('original').done();
    expect(said).toMatch(/^Warning: .*cannot be read \(EIO\)/m);
    expect(said).toMatch(/^Warning: 1 file had lost .* are not in the backup\.$/m);
    expect(said).toMatch(/^Warning: 2 unfinished uploads had lost .* are not in the backup\.$/m);
    expect(readManifest(newest())).toMatchObject({
      blobs: { damaged: 1, missing: 1 },
      staging: { count: 0, damaged: 2 },
    });
    await world.product.end();

    await restore('restored').done();
    const restored = await start('restored');
    expect(await restored.download(kept?.id ?? '')).toBe(kept?.sha256);
    expect((await fetch(`${restored.product.url}/api/files/${lost?.id ?? ''}/content`)).status).toBe(503);
  });
});

describe('a list of contents', () => {
  it('may name one twice: the data folder lost it right after it was listed', async () => {
    const [bytes, made] = [randomBytes(100), path.join(folder, 'made')];
    const content = `space/${sha256(bytes).slice(0, 2)}/${sha256(bytes)}`;
    fs.mkdirSync(path.dirname(path.join(root, 'blobs', content)), { recursive: true });
    fs.writeFileSync(path.join(root, 'blobs', content), bytes);
    fs.writeFileSync(path.join(root, 'blobs.list'), `${content} 100\n`.repeat(2));
    const plan = { root, folder: root, dataDir: made, verify: false, log: () => undefined };
    await restoreBlobs({ ...plan, signal: new AbortController().signal });
    expect(fs.readFileSync(path.join(made, 'blobs', content)).equals(bytes)).toBe(true);
  });
});

describe('a backup that is killed', () => {
  it('is none, lets removals go on after a while, and is cleared away by the next one', async () => {
    const world = await start('original');
    await uploadMany(world, 20);
    const running = backup('original', [], held('base.tar'));
    await isHeld(running);
    running.kill('SIGKILL');
    await running.ended;
    expect(await restore('restored').refused()).toMatch(/^There is no finished backup in .*backup\.json.*\.$/);
    const holds = await query<{ soon: boolean }>(
      'original',
      `SELECT until < clock_timestamp() + interval '11 minutes' AS soon FROM holds`,
    );
    expect(holds).toEqual([{ soon: true }]);
    await backup('original').done();
    expect(fs.readdirSync(root).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
    expect(await query('original', 'SELECT id FROM holds')).toHaveLength(1);
  });

  it('on Ctrl-C says so, and gives back its hold', async () => {
    await uploadMany(await start('original'), 20);
    const running = backup('original', [], held('base.tar'));
    await isHeld(running);
    running.kill('SIGINT');
    expect(await running.refused()).toBe('The backup was stopped and is not whole.');
    expect(await query('original', 'SELECT id FROM holds')).toEqual([]);
  });
});

describe('npm run backup refuses', () => {
  it('a place in the data folder, by whichever name', async () => {
    const world = await start('original');
    fs.symlinkSync(world.dataDir, path.join(folder, 'link'));
    root = path.join(folder, 'link', 'backups');
    expect(await backup('original').refused()).toMatch(
      / is in the data folder .*; a backup belongs on another disk\.$/,
    );
    expect(fs.existsSync(root)).toBe(false);
  });
});

describe('npm run restore refuses', () => {
  it('what is no whole backup, and a data folder that is used', async () => {
    const world = await start('original');
    const [file] = await uploadMany(world, 3);
    expect(await restore('restored').refused()).toMatch(/^There is no finished backup in /);
    await backup('original').done();
    await world.product.end();
    expect(await restore('original').refused()).toMatch(/^The data folder .* is not empty \(.*\); move it away/);

    const blob = below(path.join(root, 'blobs')).find((name) => name.endsWith(file?.sha256 ?? '')) ?? '';
    const at = path.join(root, 'blobs', blob);
    const bytes = fs.readFileSync(at);
    fs.writeFileSync(at, Buffer.from(bytes).fill(0, 10, 11).fill(1, 11, 12));
    expect(await restore('flipped', ['--verify']).refused()).toMatch(/^The backup is damaged: the bytes of .* are not/);
    fs.writeFileSync(at, bytes.subarray(1));
    expect(await restore('short').refused()).toMatch(/^The backup is damaged: .* has 29999 bytes instead of 30000\.$/);
    fs.rmSync(at);
    expect(await restore('missing').refused()).toMatch(/^The backup is not whole: .* is missing/);
    expect(fs.existsSync(dataOf('missing'))).toBe(false);
    fs.writeFileSync(at, bytes);

    const tar = path.join(newest(), 'base.tar');
    fs.truncateSync(tar, fs.statSync(tar).size - 512);
    expect(await restore('cut').refused()).toMatch(/^The backup is damaged: .*base\.tar is not what was written/);
  });

  it('to let a server start on what a restore left that did not end', async () => {
    const world = await start('original');
    await uploadMany(world, 3);
    await backup('original').done();
    await world.product.end();
    for (const [moment, signal] of [
      ['data/blobs', 'SIGKILL'],
      ['PG_VERSION', 'SIGKILL'],
      ['PG_VERSION', 'SIGINT'],
      ['volume.json.new', 'SIGKILL'],
    ] as const) {
      const running = restore('restored', [], held(moment));
      await isHeld(running);
      running.kill(signal);
      await running.ended;
      await expect(start('restored')).rejects.toThrow(/ended before it was ready/);
      expect(await restore('restored').refused()).toMatch(/is not empty/);
      fs.rmSync(path.join(folder, 'restored'), { recursive: true });
    }
  });
});

describe('a database that is not the embedded one', () => {
  it('is backed up when its role may replicate, else by a tool while nothing is removed', async () => {
    const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'server') });
    const world = await start('original', { DATABASE_URL: server.url });
    const [file] = await uploadMany(world, 1);
    const env = { STOWAGE_DATA_DIR: dataOf('original'), DATABASE_URL: server.url };
    expect(await run(['backup', root], env).refused()).toMatch(
      /^The database lets this role take no base backup .*REPLICATION.*--database-tool\.$/,
    );
    const tool = path.join(folder, 'tool.sh');
    fs.writeFileSync(tool, '#!/bin/sh\necho dumped > "$STOWAGE_BACKUP_DIR/dump"\n', { mode: 0o700 });
    await run(['backup', root, `--database-tool=${tool}`], env).done();
    expect(fs.readFileSync(path.join(newest(), 'dump'), 'utf8')).toBe('dumped\n');
    expect(readManifest(newest()).database.kind).toBe('none');
    await world.product.end();

    expect(await restore('restored').done()).toMatch(/restore its database as docs\/operations\.md says/);
    const restored = await start('restored', { DATABASE_URL: server.url });
    expect(await restored.download(file?.id ?? '')).toBe(file?.sha256);
    await restored.product.end();

    await run(['backup', root], { ...env, DATABASE_URL: server.superuserUrl }).done();
    expect(readManifest(newest()).database.kind).toBe('external');
    expect(fs.existsSync(path.join(newest(), 'base.tar'))).toBe(true);
    await server.stop();
  });
});
