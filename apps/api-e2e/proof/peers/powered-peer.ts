import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../../support/until.js';
import type { Peer, PeerUpload, Wish } from './peer.js';
import { PowerDisk } from './power-disk.js';

/** A server whose folder is a disk of its own, of which a power cut leaves what the disk was given. */
export class PoweredPeer implements Peer {
  /** Acknowledged bytes that power cuts have taken away, of all uploads, whatever the server says about them afterwards. */
  lostBytes = 0;
  private readonly uploads: PeerUpload[] = [];
  private disk: PowerDisk | null = null;
  private hasStarted = false;
  private isCut = false;

  constructor(private readonly peer: Peer) {}

  get name(): string {
    return this.peer.name;
  }

  get data(): string {
    return this.peer.data;
  }

  get pid(): number {
    return this.peer.pid;
  }

  async start(): Promise<void> {
    this.disk ??= await PowerDisk.on(this.data);
    if (this.isCut) await this.restore(this.disk);
    this.isCut = false;
    await this.peer.start();
    this.hasStarted = true;
  }

  /** The power goes now. All answers that are under way were given before; they may still be read. */
  async cut(): Promise<void> {
    await halt(this.pid);
    await this.disk?.keep();
    await this.kill();
    this.isCut = true;
  }

  private async restore(disk: PowerDisk): Promise<void> {
    // As the kernel has them, with what it never wrote: only what is missing afterwards was taken by the cut.
    const before = await this.missing();
    disk.restore();
    const after = await this.missing();
    this.lostBytes += after.reduce((sum, missing, index) => sum + Math.max(0, missing - (before[index] ?? 0)), 0);
  }

  private async missing(): Promise<number[]> {
    const found: number[] = [];
    for (const upload of this.uploads) found.push(await missingOf(upload));
    return found;
  }

  kill(): Promise<void> {
    return this.peer.kill();
  }

  async dispose(): Promise<void> {
    try {
      if (this.hasStarted) await this.kill();
    } finally {
      await this.disk?.dispose();
      await this.peer.dispose();
    }
  }

  async begin(wish: Wish): Promise<PeerUpload> {
    const upload = await this.peer.begin(wish);
    this.uploads.push(upload);
    return upload;
  }

  garbage(whole: readonly PeerUpload[]): Promise<number> {
    return this.peer.garbage(whole);
  }
}

/** Bytes that count as held and are not in the folder. */
async function missingOf(upload: PeerUpload): Promise<number> {
  const { content } = upload.wish;
  const stored = await upload.stored();
  const isMissing = new Uint8Array(content.length);
  for (const { start, end } of await upload.held()) {
    if (stored?.subarray(start, end).equals(content.subarray(start, end)) === true) continue;
    for (let at = start; at < end; at++) isMissing[at] = stored?.[at] === content[at] ? 0 : 1;
  }
  return isMissing.reduce((sum, each) => sum + each, 0);
}

/** Stops a process where it is, and waits until none of its threads does anything. No server here has children. */
async function halt(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  const tasks = `/proc/${pid}/task`;
  const isHalted = (task: string): boolean => {
    const stat = readFileSync(`${tasks}/${task}/stat`, 'utf8');
    // The name before it may have any characters.
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  };
  await until('all of its threads are stopped', () => readdirSync(tasks).every(isHalted));
}
