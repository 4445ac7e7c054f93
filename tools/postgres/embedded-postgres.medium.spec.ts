import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createDatabase, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.mjs';
import { runsOn } from './orphans.mjs';

const asRoot = process.geteuid?.() === 0;
const itAsRoot = asRoot ? it : it.skip;

let folder: string;
const running: EmbeddedPostgres[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stowage-pg-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  fs.rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'data', 'postgres'), ...options });
  running.push(server);
  return server;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function setting(url: string, name: string): Promise<unknown> {
  return (await query(url, `SELECT current_setting('${name}') AS value`))[0]?.['value'];
}

/** A process of ours that starts the server and then waits, for tests that kill it. */
async function startInAnotherProcess(dataDir: string) {
  const program = fileURLToPath(new URL('./test/hold-postgres.mjs', import.meta.url));
  const holder = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(holder.stdout, 'data')) as [Buffer];
  const { pid, url } = JSON.parse(line.toString('utf8')) as { pid: number; url: string };
  return { holder, pid, url };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the embedded PostgreSQL', () => {
  it('is a durable UTF-8 server with checksums on loopback, whose role is no superuser', async () => {
    const { url, version } = await start();
    expect(version).toMatch(/^18\./);
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums']) {
      expect([name, await setting(url, name)]).toEqual([name, 'on']);
    }
    expect(await setting(url, 'server_encoding')).toBe('UTF8');
    expect(await setting(url, 'listen_addresses')).toBe('127.0.0.1');
    expect(await query(url, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([
      { rolsuper: false },
    ]);
  });

  it('refuses a wrong password and a missing one, and keeps the right one in a closed file and off every command line', async () => {
    const { url, pid } = await start();
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query(wrong.toString(), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    wrong.password = '';
    await expect(query(wrong.toString(), 'SELECT 1')).rejects.toThrow(/password/);

    const secretFile = path.join(folder, 'data', 'postgres', 'secret');
    const secret = fs.readFileSync(secretFile, 'utf8').trim();
    expect(fs.statSync(secretFile).mode & 0o777).toBe(0o600);
    expect(new URL(url).password).toBe(secret);
    expect(spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout).not.toContain(secret);
    expect(fs.readFileSync(path.join(folder, 'data', 'postgres', 'server.log'), 'utf8')).not.toContain(secret);
    const hba = fs.readFileSync(path.join(folder, 'data', 'postgres', 'cluster', 'pg_hba.conf'), 'utf8');
    expect(hba).not.toContain('trust');
  });

  it('keeps what was written from one start to the next, with the same password', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (n int)');
    await first.stop();
    const second = await start();
    expect(await query(second.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
  });

  it('makes further databases for whoever may use the first', async () => {
    const { url } = await start();
    const other = await createDatabase(url, 'Other "one"');
    expect(await query(other, 'SELECT current_database() AS name')).toEqual([{ name: 'Other "one"' }]);
  });

  it('tells how it ended: expected after stop, unexpected after a kill', async () => {
    const stopped = await start();
    await stopped.stop();
    await stopped.stop();
    expect((await stopped.exited).expected).toBe(true);
    const killed = await start();
    const seen = new Promise((resolve) => killed.onExit(resolve));
    process.kill(killed.pid, 'SIGKILL');
    expect(await seen).toEqual({ code: null, signal: 'SIGKILL', expected: false });
  });

  it('starts again at once after its postmaster was killed', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (n int)');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await start({ port: first.port });
    expect(await query(second.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
  });

  it('ends with the process that started it, even when that is killed', async () => {
    const { holder, pid } = await startInAnotherProcess(path.join(folder, 'pg'));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await until(() => !runsOn(pid, path.join(folder, 'pg', 'cluster')));
  });

  it('stops a postmaster that nobody supervises any more, and starts a new one', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (n int)');
    await first.stop();
    const home = path.join(folder, 'data', 'postgres');
    // Started by hand, as one that outlived its supervisor: there is no owner.lock of a living process.
    const orphan = spawn(process.execPath, [fileURLToPath(new URL('./test/leave-orphan.mjs', import.meta.url)), home], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(orphan.stdout, 'data')) as [Buffer];
    await once(orphan, 'exit');
    const orphanPid = Number(line.toString('utf8'));
    expect(runsOn(orphanPid, path.join(home, 'cluster'))).toBe(true);

    const lines: string[] = [];
    const second = await start({ log: (text) => lines.push(text) });
    expect(runsOn(orphanPid, path.join(home, 'cluster'))).toBe(false);
    expect(lines.join('\n')).toContain(`process ${orphanPid}`);
    expect(await query(second.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
  });

  it('ends what a killed postmaster left frozen, and nothing of others that stand in its folder', async () => {
    const first = await start();
    const ps = spawnSync('ps', ['-o', 'pid=', '--ppid', String(first.pid)], { encoding: 'utf8' });
    const children = ps.stdout.split('\n').map(Number).filter(Boolean);
    expect(children.length).toBeGreaterThan(2);
    for (const child of children) process.kill(child, 'SIGSTOP');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const bystander = spawn('sleep', ['600'], { cwd: first.cluster });
    const lines: string[] = [];
    const second = start({ log: (line) => lines.push(line) });
    await until(() => lines.length === children.length && !children.some((child) => runsOn(child, first.cluster)));
    expect(bystander.exitCode).toBeNull();
    bystander.kill('SIGKILL');
    expect(await setting((await second).url, 'fsync')).toBe('on');
  });

  it('is not fooled by a lock file whose process id now belongs to something else', async () => {
    const first = await start();
    await first.stop();
    const stale = path.join(first.cluster, 'postmaster.pid');
    fs.writeFileSync(stale, `${process.pid}\n${first.cluster}\n1\n5432\n\n127.0.0.1\n\nready\n`);
    const second = await start();
    expect(await setting(second.url, 'fsync')).toBe('on');
  });

  it('refuses a folder that a living process uses, and leaves that one alone', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(`in use by process ${process.pid}`);
    expect(await setting(first.url, 'fsync')).toBe('on');
  });

  it('starts over when the making of the cluster was interrupted', async () => {
    const home = path.join(folder, 'data', 'postgres');
    fs.mkdirSync(path.join(home, 'cluster.new-1', 'base'), { recursive: true });
    fs.writeFileSync(path.join(home, 'cluster.new-1', 'PG_VERSION'), '18\n');
    const server = await start();
    expect(await setting(server.url, 'server_encoding')).toBe('UTF8');
    expect(fs.readdirSync(home).filter((name) => name.startsWith('cluster'))).toEqual(['cluster']);
  });

  it('gives a new password when the file with the old one was lost', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (n int)');
    await first.stop();
    fs.rmSync(path.join(folder, 'data', 'postgres', 'secret'));
    const second = await start();
    expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
    expect(await query(second.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
  });

  it('keeps no password that the database does not know', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (n int)');
    await first.stop();
    const home = path.join(folder, 'data', 'postgres');
    fs.rmSync(path.join(home, 'secret'));
    // The database cannot be told: its program fails on a table that is gone for a moment, as it would when killed.
    const control = path.join(first.cluster, 'global', 'pg_control');
    fs.renameSync(control, `${control}.away`);
    await expect(start()).rejects.toThrow(/failed/);
    fs.renameSync(`${control}.away`, control);
    expect(await query((await start()).url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
  });

  it('says so when another major version made the cluster', async () => {
    const first = await start();
    await first.stop();
    fs.writeFileSync(path.join(first.cluster, 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(/made by PostgreSQL 17/);
  });

  describe('that has to recover first', () => {
    let recovery: { settings: Record<string, string>; begun: () => boolean; end: () => void };
    const lines: string[] = [];

    beforeEach(async () => {
      const first = await start();
      await first.stop();
      // Recovers until this command has nothing more to bring.
      fs.writeFileSync(path.join(first.cluster, 'recovery.signal'), '');
      const [asked, go] = [path.join(folder, 'asked'), path.join(folder, 'go')];
      const command = `touch ${asked}; until [ -e ${go} ]; do sleep 0.05; done; false`;
      recovery = {
        settings: { restore_command: command },
        begun: () => fs.existsSync(asked),
        end: () => fs.writeFileSync(go, ''),
      };
      lines.length = 0;
    });

    afterEach(() => {
      recovery.end();
      jest.restoreAllMocks();
    });

    const begin = async (signal = new AbortController().signal) => {
      const starting = start({ settings: recovery.settings, log: (line) => lines.push(line), signal });
      const ended = starting.catch((error: unknown) => error);
      await until(recovery.begun);
      return { ended };
    };

    it('is given the time that it takes, with a word to whoever waits', async () => {
      const { ended } = await begin();
      const now = Date.now();
      jest.spyOn(Date, 'now').mockReturnValue(now + 3_600_000);
      await until(() => lines.some((line) => line.includes('PostgreSQL recovers')));
      recovery.end();
      expect(await setting(((await ended) as EmbeddedPostgres).url, 'fsync')).toBe('on');
      expect(lines.filter((line) => line.includes('PostgreSQL recovers'))).toHaveLength(1);
    });

    it('stops when it is asked to', async () => {
      const stop = new AbortController();
      const { ended } = await begin(stop.signal);
      stop.abort();
      expect(String(await ended)).toMatch(/was stopped while it was starting/);
      expect(fs.existsSync(path.join(folder, 'data', 'postgres', 'cluster', 'postmaster.pid'))).toBe(false);
    });
  });

  it('rejects when the asked port is taken', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as net.AddressInfo;
    await expect(start({ port })).rejects.toThrow(/did not start/);
    taken.close();
  });

  it('works below a folder closed to all others', async () => {
    fs.chmodSync(folder, 0o700);
    const { url, cluster } = await start();
    expect(await setting(url, 'fsync')).toBe('on');
    expect(fs.statSync(cluster).uid).toBe(process.geteuid?.());
  });

  itAsRoot('falls back to nobody where namespaces are missing, and says so', async () => {
    fs.chmodSync(folder, 0o755);
    const lines: string[] = [];
    const server = await start({ runAs: 'nobody', log: (text) => lines.push(text) });
    const owner = spawnSync('ps', ['-o', 'user=', '-p', String(server.pid)], { encoding: 'utf8' }).stdout.trim();
    expect(owner).toBe('nobody');
    expect(lines.join('\n')).toContain('runs as user nobody');
    await server.stop();
    const again = await start(); // what nobody made stays with nobody
    expect(await setting(again.url, 'fsync')).toBe('on');
  });

  itAsRoot('as nobody below a closed folder keeps its files where nobody can reach them, across starts', async () => {
    const closed = path.join(folder, 'closed');
    fs.chmodSync(folder, 0o755);
    fs.mkdirSync(closed, { mode: 0o700 });
    const options = { dataDir: path.join(closed, 'pg'), reachableDir: path.join(folder, 'reachable') };
    const server = await start({ ...options, runAs: 'nobody' });
    expect(path.dirname(server.cluster)).toBe(options.reachableDir);
    await query(server.url, 'CREATE TABLE kept (n int)');
    await server.stop();
    const again = await start(options);
    expect(again.cluster).toBe(server.cluster);
    expect(await query(again.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
  });
});
