import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.js';
import { onDisk } from '../../support/small-disk.js';
import { until } from '../../support/until.js';
import { MORTAL } from './mortal.js';

/** A server that is a program with a folder and a port; both outlive its restarts. */
export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), 'stowage-peer-'));
  readonly data = join(this.folder, 'data');
  port = 0;
  private child: ChildProcess | null = null;
  private output = '';

  /** @param command makes the words of the command */
  constructor(
    private readonly command: (folder: string, port: number) => readonly string[],
    private readonly diskSize: number | undefined,
  ) {
    mkdirSync(this.data);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** The folder as the program sees it: a disk of its own is mounted for it alone. */
  get seen(): string {
    return this.diskSize === undefined ? this.data : `/proc/${this.pid}/root${this.data}`;
  }

  async start(): Promise<void> {
    if (this.port === 0) this.port = await freePort();
    const within = this.diskSize === undefined ? [] : onDisk(this.data, this.diskSize);
    const [program = '', ...args] = [...within, ...MORTAL, ...this.command(this.data, this.port)];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.output = (this.output + text).slice(-4_000)));
    await until(
      'it listens',
      async () => {
        if (child.exitCode !== null) throw new Error(this.output);
        return isListening(this.port);
      },
      60_000,
    );
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
