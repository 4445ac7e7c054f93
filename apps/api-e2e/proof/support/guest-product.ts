import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleGuest } from '../../../../tools/proof/rig/bundle.mjs';
import { Machine } from '../../../../tools/proof/rig/machine.mjs';
import { repairs } from '../../support/conservation.js';
import { Product } from '../../support/product.js';
import { ask } from './unix-ask.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const COUNTER = fileURLToPath(new URL('../entry/guest-count.ts', import.meta.url));

/** The API in a guest listens for other machines, and lets nobody in without it. */
export const GUEST_TOKEN = 'the-token-of-whoever-works-on-a-guest';
export const GUEST_HEADERS = { Authorization: `Bearer ${GUEST_TOKEN}` };

/** What a test may choose. */
export interface GuestOptions {
  /** Bytes of its disk. */
  readonly diskSize: number;
  /** Bytes for a log of every write to the disk; none when it is missing. */
  readonly logSize?: number;
}

/**
 * The product on a machine of its own, with its database, its file system and its kernel. What is called a kill is a loss
 * of power. Its clients and all that they were told stay outside.
 */
export class GuestProduct extends Product {
  /** Where the images lie: in memory where there is room, so that a sync takes no time of a disk that others share. */
  readonly images = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'stowage-rig-'));
  readonly disk = join(this.images, 'disk.img');
  readonly writeLog = join(this.images, 'writes.log');
  private machine: Machine | null = null;
  private door: Server | null = null;
  private readonly inside = new Set<Socket>();
  private isOn = false;

  constructor(private readonly guest: GuestOptions) {
    super();
    this.headers = GUEST_HEADERS;
    writeFileSync(this.disk, '');
    truncateSync(this.disk, guest.diskSize);
    const made = spawnSync('mkfs.ext4', ['-q', '-F', this.disk], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`mkfs.ext4: ${made.stderr}`);
  }

  /** Builds what the guest runs, and opens the door to it. */
  async prepare(): Promise<void> {
    const programs = join(this.folder, 'guest');
    mkdirSync(programs);
    const bundle = await bundleGuest(ROOT, programs, COUNTER);
    const { logSize } = this.guest;
    if (logSize !== undefined) {
      writeFileSync(this.writeLog, '');
      truncateSync(this.writeLog, logSize);
    }
    const plan = { folder: this.folder, bundle, disk: this.disk, token: GUEST_TOKEN };
    this.machine = new Machine(logSize === undefined ? plan : { ...plan, log: this.writeLog });
    this.door = createServer((socket) => {
      this.passOn(socket);
    }).listen(0, '127.0.0.1');
    await once(this.door, 'listening');
    this.url = `http://127.0.0.1:${(this.door.address() as AddressInfo).port}`;
  }

  private get powered(): Machine {
    if (this.machine === null) throw new Error('The guest was never prepared.');
    return this.machine;
  }

  /** A connection of a client, on to the guest; one side that is gone takes the other with it. */
  private passOn(outer: Socket): void {
    const inner = connect({ path: this.powered.apiSocket });
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.inside.delete(from);
        to.destroy();
      });
      this.inside.add(from);
    }
  }

  /**
   * Switches the machine on and waits until the API takes requests.
   * @param words for the guest, see `tools/proof/rig/guest/supervisor.mjs`
   */
  override async start(words: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.machine === null) await this.prepare();
    await this.powered.boot({ ...words });
    this.isOn = true;
  }

  /** The power is gone. */
  override async kill(): Promise<void> {
    this.isOn = false;
    await this.powered.cut();
    this.logs.rawLines.push(...this.powered.console.split('\n'));
    for (const socket of this.inside) socket.destroy();
    this.agent.destroy();
    this.agent = new Agent({ keepAlive: true });
  }

  /** Counts what it holds, inside, once it is in order. Returns what is wrong, in sentences. */
  async count(): Promise<string[]> {
    const counted = JSON.parse(await ask(this.powered.controlSocket, '/count')) as string[];
    // A figure that had drifted is put right at a start: every start counts, this one too.
    const rawLines = [...this.logs.rawLines, ...this.powered.console.split('\n')];
    return [...repairs({ logs: { rawLines } }), ...counted];
  }

  /** Writes a mark into the log of all writes: what was acknowledged before this call lies before it. */
  async mark(name: string): Promise<void> {
    await ask(this.powered.controlSocket, `/mark/${name}`);
  }

  override async dispose(): Promise<void> {
    if (this.isOn) await this.kill();
    this.door?.close();
    for (const folder of [this.images, join(this.folder, 'guest')]) rmSync(folder, { recursive: true, force: true });
    await super.dispose();
  }
}
