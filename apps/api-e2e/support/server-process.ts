import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { API_FLAGS } from '../../../tools/launch/api-flags.mjs';
import { confined } from './confinement.js';
import type { LogBook } from './log-book.js';

/** The API as it was built. */
export const PROGRAM = fileURLToPath(new URL('../../../dist/apps/api/main.js', import.meta.url));

/** What a process waits with, see {@link ServerProcess.begin}. */
const UNDERSTUDY = fileURLToPath(new URL('./understudy.mjs', import.meta.url));

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What it says when it listens. */
export interface Ready {
  readonly type: 'ready';
  readonly url: string;
  /** Makes the first account; missing once there is one. */
  readonly setUpLink?: string;
}

/** What the server tells whoever started it. */
type Message = Ready | { readonly type: 'fault'; readonly message: string };

/** One run of the API, as the launcher would start it: configured by environment only, with an IPC channel. */
export class ServerProcess {
  readonly exited: Promise<Exit>;
  errors = '';
  private readonly child: ChildProcess;
  private readonly told: Promise<Message | null>;

  /**
   * @param logs collects what it logs, over several runs if need be
   * @param within words to put before the command, to run it in a world of its own
   * @param waits loads the program and does nothing else before {@link begin}
   */
  constructor(env: Readonly<Record<string, string>>, logs: LogBook, within: readonly string[] = [], waits = false) {
    const flags = waits ? [...API_FLAGS, `--import=${UNDERSTUDY}`] : API_FLAGS;
    const [program = '', ...args] = [...within, ...confined([process.execPath, ...flags, PROGRAM])];
    this.child = spawn(program, args, {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    logs.collect(stdout);
    stderr.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    // Not the event `close`: it never comes after a disconnect of ours. Its output is read to the end all the same.
    this.exited = Promise.all([once(this.child, 'exit'), once(stdout, 'end'), once(stderr, 'end')]).then(([exit]) => ({
      code: exit[0] as number | null,
      signal: exit[1] as NodeJS.Signals | null,
    }));
    this.told = Promise.race([
      once(this.child, 'message').then(([message]: unknown[]) => message as Message),
      this.exited.then(() => null),
    ]);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Has one that waits go on. */
  begin(): void {
    this.child.send('begin');
  }

  /**
   * Waits until it listens.
   * @returns what it says then
   * @throws Error when it does not start
   */
  async ready(): Promise<Ready> {
    const message = await this.told;
    if (message?.type === 'ready') return message;
    throw new Error(`The API did not start: ${message?.message ?? ''} ${this.errors}`);
  }

  /** Waits until it has refused to start; the sentence that it gives. */
  async fault(): Promise<string> {
    const message = await this.told;
    if (message?.type === 'fault') return message.message;
    throw new Error(`The API gave no reason: ${JSON.stringify(message)} ${this.errors}`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Closes the IPC channel, as the end of the launcher does. */
  disconnect(): void {
    this.child.disconnect();
  }
}
