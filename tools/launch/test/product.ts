/** Runs the launcher as a user would, and knows its processes. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { postmasterPid } from '../../postgres/orphans.mjs';
import { processIdentity } from '../../process-lock.mjs';

const standIn = fileURLToPath(new URL('./start-with-stand-in.mjs', import.meta.url));
const real = fileURLToPath(new URL('../../start.mjs', import.meta.url));

export interface ProductOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Started by npm, as people do it, instead of Node. */
  readonly npm?: boolean;
  /** With the built API instead of a stand-in for it. */
  readonly built?: boolean;
}

/** Waits for a condition of the outside world; in vain only when the test is about to end anyway. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + 100_000;
  while (!(await condition())) {
    if (Date.now() > limit) throw new Error(`waited in vain for ${String(condition)}`);
    await pause(20);
  }
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One run of the product. */
export class Product {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;
  private readonly seen = new Map<number, string>();

  constructor(
    private readonly folder: string,
    { env = {}, npm = false, built = false }: ProductOptions = {},
  ) {
    const script = built ? real : standIn;
    const { DATABASE_URL: _, ...clean } = process.env;
    const command = npm ? this.npmCommand(script) : [process.execPath, script];
    this.child = spawn(command[0] ?? '', command.slice(1), {
      cwd: folder,
      detached: true, // a process group of its own, as in a terminal
      // As if npm had started it: then it ends when we are killed in the middle of a test.
      env: { ...clean, npm_lifecycle_event: 'start', PORT: '0', STOWAGE_DATA_DIR: this.dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (data: Buffer) => (this.stdout += data.toString('utf8')));
    this.child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString('utf8')));
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get dataDir(): string {
    return path.join(this.folder, 'data');
  }

  /** The process that was started: npm, or the launcher. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  get url(): string {
    return /http:\/\/localhost:\d+/.exec(this.stdout)?.[0] ?? '';
  }

  async ready(): Promise<this> {
    await until(() => this.hasEnded || this.stdout.includes('Ctrl-C stops it'));
    if (this.hasEnded) throw new Error(`ended before it was ready:\n${this.stdout}\n${this.stderr}`);
    this.remember();
    return this;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** The processes of this run by their part. */
  processes(): { launcher: number; guardian: number; api: number; postmaster: number } {
    const listed = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).stdout.split('\n');
    const rows = listed.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []);
    const guardian = rows.find(([, , , args]) => args?.includes('guardian.mjs') && args.includes(this.dataDir));
    const launcher = Number(guardian?.[2] ?? this.pid);
    const api = rows.find(
      ([, , parent, args]) => Number(parent) === launcher && /stand-in-api\.mjs|apps\/api\/main\.js/.test(args ?? ''),
    );
    return {
      launcher,
      guardian: Number(guardian?.[1] ?? 0),
      api: Number(api?.[1] ?? 0),
      postmaster: postmasterPid(path.join(this.dataDir, 'postgres', 'cluster')) ?? 0,
    };
  }

  /** Waits for a condition; in vain, with what the product said meanwhile. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    await until(condition).catch((error: unknown) => {
      const said = `${this.hasEnded ? 'It has ended.' : 'It runs.'}\n${this.stdout}\n${this.stderr}`;
      throw new Error(`${String(error)}\n${said.slice(-3000)}`);
    });
  }

  /** Nothing that ran when it was ready runs any more. */
  async nothingRuns(): Promise<void> {
    await until(() => [...this.seen].every(([pid, identity]) => processIdentity(pid) !== identity));
  }

  /** Signals the whole foreground group, as a terminal does on Ctrl-C. */
  ctrlC(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  async answers(): Promise<boolean> {
    return fetch(this.url).then(
      (response) => response.ok,
      () => false,
    );
  }

  /** For after a test, whatever state it is in. */
  async end(): Promise<void> {
    if (!this.hasEnded) this.child.kill('SIGTERM');
    await this.ended;
    await this.nothingRuns();
  }

  private remember(): void {
    for (const pid of Object.values(this.processes())) {
      const identity = pid > 0 ? processIdentity(pid) : undefined;
      if (identity) this.seen.set(pid, identity);
    }
  }

  /** A package whose start script is the product's own, but for the file it starts. */
  private npmCommand(script: string): string[] {
    const manifest = fs.readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    const own = (JSON.parse(manifest) as { scripts: { start: string } }).scripts.start;
    const scripts = { start: own.replaceAll('tools/start.mjs', script) };
    fs.writeFileSync(
      path.join(this.folder, 'package.json'),
      JSON.stringify({ name: 'product', private: true, scripts }),
    );
    return ['npm', 'start'];
  }
}
