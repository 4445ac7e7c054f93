import { DropzoneUpload } from '../../../support/dropzone.js';
import { Random, sha256 } from '../../../support/random.js';
import type { Answer } from '../../../support/http.js';
import { Fleet } from '../../support/fleet.js';
import { report } from '../../support/report.js';
import { TestDisk, type DiskOptions } from './test-disk.js';
import { WatchedProduct } from './watched-product.js';

const CHUNK = 100_000;

/** A file that somebody else has stored before the fault. */
export interface Neighbour {
  readonly id: string;
  readonly content: Buffer;
}

/** A product whose data folder is a disk of its own, clients who use it, and neighbours whose files must not suffer. */
export class DiskWorld {
  readonly product: WatchedProduct;
  readonly fleet: Fleet;
  readonly random: Random;
  /** How often each fault was caused, by a name for the evidence. */
  readonly caused = new Map<string, number>();
  private mounted: TestDisk | null = null;
  private env: Readonly<Record<string, string>> = {};

  constructor(label: string) {
    // No reserve: the disk itself says what it cannot.
    this.product = new WatchedProduct({ env: { STOWAGE_MIN_FREE_BYTES: '0', STOWAGE_MIN_FREE_INODES: '0' } });
    this.fleet = new Fleet(this.product, label);
    this.random = new Random(`${label} neighbours`);
  }

  get disk(): TestDisk {
    if (this.mounted === null) throw new Error('The disk was never made.');
    return this.mounted;
  }

  /** @param env of each of its runs */
  async begin(options: DiskOptions, env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.env = env;
    this.mounted = await TestDisk.on(this.product.dataDir, options);
    await this.product.start(env);
  }

  /** Tells what was done, and takes everything down. */
  async end(): Promise<void> {
    report({ ...Object.fromEntries(this.caused), ...this.product.counts, ...this.fleet.counts });
    if (this.product.process.isRunning) await this.product.stop();
    await this.mounted?.dispose();
    await this.product.dispose();
  }

  count(fault: string): void {
    this.caused.set(fault, (this.caused.get(fault) ?? 0) + 1);
  }

  async neighbour(name: string, size = 500_000): Promise<Neighbour> {
    const content = this.random.bytes(size);
    this.fleet.oracle.begins(name, content);
    return { id: (await new DropzoneUpload(this.product, { name, content, chunkSize: CHUNK }).complete()).id, content };
  }

  download({ id }: Neighbour): Promise<Answer> {
    return this.product.send(`/api/files/${id}/content`);
  }

  /** True when a neighbour's file is downloaded as it was stored. */
  async isWhole(neighbour: Neighbour): Promise<boolean> {
    const { status, body } = await this.download(neighbour);
    return status === 200 && sha256(body) === sha256(neighbour.content);
  }

  /** Stops the product, has the disk checked and mounted anew, and starts again: what the kernel remembered is forgotten. */
  async remount(): Promise<void> {
    if (this.product.process.isRunning) await this.product.stop();
    this.disk.checkAndMount();
    await this.product.start(this.env);
  }
}
