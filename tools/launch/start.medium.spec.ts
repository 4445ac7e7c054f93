import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.mjs';
import { Product, until, type ProductOptions } from './test/product.js';

let folder: string;
let products: Product[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stowage-start-'));
});

afterEach(async () => {
  for (const product of products) await product.end();
  products = [];
  fs.rmSync(folder, { recursive: true, force: true });
});

function product(options: ProductOptions = {}): Product {
  const made = new Product(folder, options);
  products.push(made);
  return made;
}

/** A start that must fail: its exit code, and what it said. */
async function refused(options: ProductOptions = {}): Promise<string> {
  const failing = product(options);
  expect(await failing.ended).toEqual({ code: 1, signal: null });
  expect(failing.stderr).not.toMatch(/\n\s+at /);
  return failing.stderr.trim();
}

describe('npm start', () => {
  it('prints a box with version, address, data folder, free space and database, and no password', async () => {
    const running = await product().ready();
    expect(running.stdout).toContain('Stowage 0.0.0-stand-in');
    expect(running.stdout).toMatch(/Open {6}http:\/\/localhost:\d+/);
    expect(running.stdout).toMatch(new RegExp(`Data {6}${running.dataDir} \\([\\d.]+ [KMGTP]iB free\\)`));
    expect(running.stdout).toMatch(/Database {2}embedded PostgreSQL 18\.\d+ in /);
    const secret = fs.readFileSync(path.join(running.dataDir, 'postgres', 'secret'), 'utf8').trim();
    expect(running.stdout + running.stderr).not.toContain(secret);
    expect(await running.answers()).toBe(true);
  });

  it('starts a second time in under five seconds', async () => {
    await (await product().ready()).end();
    const began = performance.now();
    await product().ready();
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it.each([
    ['Ctrl-C in the terminal of npm', true, (running: Product) => running.ctrlC()],
    ['SIGTERM to npm', true, (running: Product) => process.kill(running.pid, 'SIGTERM')],
    ['SIGTERM to the launcher', false, (running: Product) => process.kill(running.pid, 'SIGTERM')],
    ['SIGHUP to the launcher', false, (running: Product) => process.kill(running.pid, 'SIGHUP')],
  ])('stops the API before its database and exits with 0 on %s', async (_, npm, send) => {
    const running = await product({ npm }).ready();
    send(running);
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(running.stdout).toContain('{"msg":"stopping","database":true}');
    await running.nothingRuns();
  });

  it('tolerates a second Ctrl-C', async () => {
    const running = await product().ready();
    running.ctrlC();
    running.ctrlC();
    expect(await running.ended).toEqual({ code: 0, signal: null });
    await running.nothingRuns();
    await product().ready();
  });

  it('stops cleanly when it is asked to while it is still starting', async () => {
    const starting = product();
    await until(() => fs.existsSync(path.join(starting.dataDir, 'postgres', 'owner.lock')));
    process.kill(starting.pid, 'SIGTERM');
    expect(await starting.ended).toEqual({ code: 0, signal: null });
    const { guardian } = starting.processes();
    expect(guardian).toBe(0);
    await product().ready();
  });

  it('stops cleanly when it is asked to while its database recovers from a crash', async () => {
    const first = await product().ready();
    first.ctrlC();
    await first.ended;
    // A recovery that lasts until `go` is there.
    const [asked, go] = [path.join(folder, 'asked'), path.join(folder, 'go')];
    const cluster = path.join(first.dataDir, 'postgres', 'cluster');
    const command = `touch ${asked}; until [ -e ${go} ]; do sleep 0.05; done; false`;
    fs.appendFileSync(path.join(cluster, 'postgresql.auto.conf'), `restore_command = '${command}'\n`);
    fs.writeFileSync(path.join(cluster, 'recovery.signal'), '');
    const recovering = product();
    await until(() => fs.existsSync(asked));
    process.kill(recovering.pid, 'SIGTERM');
    const stopping = performance.now();
    expect(await recovering.ended).toEqual({ code: 0, signal: null });
    // Not by the launcher's patience with its database, which is a minute.
    expect(performance.now() - stopping).toBeLessThan(50_000);
    expect(recovering.stderr).toBe('');
    expect(fs.existsSync(path.join(cluster, 'postmaster.pid'))).toBe(false);
    fs.writeFileSync(go, '');
    expect(await (await product().ready()).answers()).toBe(true);
  });

  it.each(['npm', 'launcher', 'guardian', 'api'] as const)(
    'leaves nothing running after kill -9 of its %s, and starts again by itself',
    async (part) => {
      const running = await product({ npm: true }).ready();
      process.kill(part === 'npm' ? running.pid : running.processes()[part], 'SIGKILL');
      await running.ended;
      await running.nothingRuns();
      expect(await (await product().ready()).answers()).toBe(true);
    },
  );

  it('leaves nothing running after kill -9 of all its processes at once', async () => {
    const running = await product().ready();
    for (const pid of Object.values(running.processes())) process.kill(pid, 'SIGKILL');
    await running.ended;
    await running.nothingRuns();
    await product().ready();
  });

  it('starts PostgreSQL again after kill -9 of it, on the same address, while the API goes on', async () => {
    const running = await product().ready();
    const { postmaster, api } = running.processes();
    process.kill(postmaster, 'SIGKILL');
    await running.until(() => ![0, postmaster].includes(running.processes().postmaster));
    await running.until(() => running.answers());
    expect(running.processes().api).toBe(api);
  });

  it('waits for a data folder that went away, and goes on when it is back', async () => {
    const running = await product().ready();
    const away = path.join(folder, 'away');
    fs.renameSync(running.dataDir, away);
    const { pid } = {
      pid: Number(fs.readFileSync(path.join(away, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]),
    };
    process.kill(pid, 'SIGKILL');
    await until(() => running.stdout.includes('to come back'));
    fs.renameSync(away, running.dataDir);
    await until(() => running.answers());
  });

  it('says one sentence and exits with 1 when the API ends by itself', async () => {
    const running = await product().ready();
    await fetch(`${running.url}/exit`).catch(() => undefined);
    expect(await running.ended).toEqual({ code: 1, signal: null });
    expect(running.stderr.trim()).toMatch(/^The API ended unexpectedly \(exit code 3\).*npm start\.$/);
    await running.nothingRuns();
  });
});

describe('npm start refuses', () => {
  it('a port that is taken', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as net.AddressInfo;
    expect(await refused({ env: { PORT: String(port) } })).toMatch(
      new RegExp(`^Port ${port} is taken; .*PORT=.*npm start\\.$`),
    );
    taken.close();
  });

  it('a data folder that cannot be written', async () => {
    const file = path.join(folder, 'a-file');
    fs.writeFileSync(file, '');
    const sentence = await refused({ env: { STOWAGE_DATA_DIR: path.join(file, 'data') } });
    expect(sentence).toMatch(
      /^The data folder .*a-file\/data is not writable \(ENOTDIR\); give .*STOWAGE_DATA_DIR.*\.$/,
    );
  });

  it('a database that does not answer', async () => {
    const url = 'postgresql://someone:hidden-password@127.0.0.1:1/nowhere';
    const sentence = await refused({ env: { DATABASE_URL: url } });
    expect(sentence).toMatch(/^The database does not answer; .*DATABASE_URL\.$/);
    expect(sentence).not.toContain('hidden-password');
  });

  it('a second start on the data folder of a running one, and leaves that one alone', async () => {
    const running = await product().ready();
    expect(await refused()).toMatch(
      new RegExp(`^Stowage already runs on the data folder .* \\(process ${running.pid}\\); stop it first`),
    );
    expect(await running.answers()).toBe(true);
  });

  it('an API that does not start', async () => {
    expect(await refused({ env: { STAND_IN_DIES: '1' } })).toMatch(
      /^The API ended while it was starting \(exit code 7\)/,
    );
  });

  it('a Node that is too old, before anything else happens', () => {
    const pretend = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.18.3"})';
    const script = fileURLToPath(new URL('../start.mjs', import.meta.url));
    const { status, stderr, stdout } = spawnSync(process.execPath, ['--import', pretend, script], {
      encoding: 'utf8',
      env: { ...process.env, STOWAGE_DATA_DIR: path.join(folder, 'data') },
    });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Stowage needs Node\.js 20\.19 or newer and this is 20\.18\.3; install .*\n$/);
    expect(fs.existsSync(path.join(folder, 'data'))).toBe(false);
  });
});

describe('npm start with DATABASE_URL', () => {
  it('uses that server, starts none of its own, and shows host and database without the password', async () => {
    const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'elsewhere') });
    const running = await product({ env: { DATABASE_URL: server.url } }).ready();
    expect(running.stdout).toContain(`PostgreSQL at 127.0.0.1:${server.port}/stowage`);
    expect(running.stdout).not.toContain(new URL(server.url).password);
    expect(fs.existsSync(path.join(running.dataDir, 'postgres'))).toBe(false);
    expect(await running.answers()).toBe(true);
    await running.end();
    await server.stop();
  });
});

describe('npm start with the built product', () => {
  it('serves page and API on one port, stops cleanly, and starts a second time in under five seconds', async () => {
    const first = await product({ npm: true, built: true }).ready();
    expect(await fetch(`${first.url}/`).then((page) => page.text())).toContain('<html');
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    first.ctrlC();
    expect(await first.ended).toEqual({ code: 0, signal: null });
    await first.nothingRuns();
    const began = performance.now();
    await product({ built: true }).ready();
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('shows the link that makes the first account, and no more once there is one', async () => {
    const first = await product({ built: true }).ready();
    const [, token = ''] = /Set up {4}http:\/\/localhost:\d+\/setup#([\w-]{43}) /.exec(first.stdout) ?? [];
    const body = JSON.stringify({ token, name: 'Maria', password: 'a walrus in the kitchen' });
    const headers = { 'Content-Type': 'application/json' };
    expect((await fetch(`${first.url}/api/setup`, { method: 'POST', headers, body })).status).toBe(200);
    expect((await fetch(`${first.url}/api/files`)).status).toBe(401);
    await first.end();
    const second = await product({ built: true }).ready();
    expect(second.stdout).not.toContain('Set up');
    expect((await fetch(`${second.url}/api/files`)).status).toBe(401);
  });

  it.each(['launcher', 'guardian', 'api'] as const)(
    'leaves nothing running after kill -9 of its %s, and is ready again on the next start',
    async (part) => {
      const running = await product({ built: true }).ready();
      process.kill(running.processes()[part], 'SIGKILL');
      await running.ended;
      await running.nothingRuns();
      const again = await product({ built: true }).ready();
      expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
    },
  );

  it('is ready again by itself after kill -9 of PostgreSQL', async () => {
    const running = await product({ built: true }).ready();
    const { postmaster } = running.processes();
    process.kill(postmaster, 'SIGKILL');
    await running.until(() => ![0, postmaster].includes(running.processes().postmaster));
    await running.until(async () => (await fetch(`${running.url}/readyz`)).status === 200);
  });

  it('refuses settings with faults, all of them at once', async () => {
    const sentence = await refused({ built: true, env: { LOG_LEVEL: 'loud', STOWAGE_PUBLIC_URL: 'nonsense' } });
    expect(sentence).toMatch(/LOG_LEVEL/);
    expect(sentence).toMatch(/STOWAGE_PUBLIC_URL/);
  });

  it('refuses a database that cannot be reached, without its password', async () => {
    const url = 'postgresql://someone:hidden-password@127.0.0.1:1/nowhere';
    const sentence = await refused({ built: true, env: { DATABASE_URL: url } });
    expect(sentence).toMatch(/^The database at 127\.0\.0\.1:1\/nowhere cannot be reached .*DATABASE_URL\.$/);
    expect(sentence).not.toContain('hidden-password');
  });
});
