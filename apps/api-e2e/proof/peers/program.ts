import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.js';
import { onDisk } from '../../support/small-disk.js';
import { until } from '../../support/until.js';
import { MORTAL } from './mortal.js';
import type { Peer, PeerUpload, Setting, Wish } from './peer.js';

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

/** A peer that is such a program. */
export abstract class ProgramPeer implements Peer {
  abstract readonly name: string;
  protected readonly program: Program;

  constructor(command: (folder: string, port: number) => readonly string[], { diskSize }: Setting) {
    this.program = new Program(command, diskSize);
  }

  get data(): string {
    return this.program.data;
  }

  get pid(): number {
    return this.program.pid;
  }

  start(): Promise<void> {
    return this.program.start();
  }

  kill(): Promise<void> {
    return this.program.kill();
  }

  dispose(): Promise<void> {
    return this.program.dispose();
  }

  abstract begin(wish: Wish): Promise<PeerUpload>;
  abstract garbage(whole: readonly PeerUpload[]): Promise<number>;

  /** Bytes of the files in its folder that are not wanted. */
  protected sizeOfRest(isWanted: (name: string) => boolean): number {
    const rest = readdirSync(this.data).filter((name) => !isWanted(name));
    return rest.reduce((sum, name) => sum + statSync(join(this.data, name)).size, 0);
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
