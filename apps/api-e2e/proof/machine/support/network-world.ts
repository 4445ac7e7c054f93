import { readdirSync, readlinkSync } from 'node:fs';
import { freshDatabase } from '../../../support/database.js';
import { Random } from '../../../support/random.js';
import { Fleet } from '../../support/fleet.js';
import { report } from '../../support/report.js';
import { TestNetwork } from './test-network.js';
import { WatchedProduct } from './watched-product.js';

/** A product in a network namespace, and clients who reach it over a link that can fail. */
export class NetworkWorld {
  readonly random: Random;
  readonly caused = new Map<string, number>();
  private parts: { network: TestNetwork; product: WatchedProduct; fleet: Fleet } | null = null;

  /** @param patience milliseconds without a byte after which its clients give a request up; by default they never do */
  constructor(
    private readonly label: string,
    private readonly patience?: number,
  ) {
    this.random = new Random(`${label} world`);
  }

  private get made() {
    if (this.parts === null) throw new Error('The network was never made.');
    return this.parts;
  }

  get network(): TestNetwork {
    return this.made.network;
  }

  get product(): WatchedProduct {
    return this.made.product;
  }

  get fleet(): Fleet {
    return this.made.fleet;
  }

  /** @param env of the product */
  async begin(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const network = await TestNetwork.make();
    const { within, host } = network;
    const database = await network.databaseFor(await freshDatabase());
    // Off loopback nobody is let in unasked.
    const token = this.random.bytes(24).toString('base64url');
    const settings = { ...env, STOWAGE_ADMIN_TOKEN: token };
    const patience = this.patience === undefined ? {} : { patience: this.patience };
    const product = new WatchedProduct({ within, host, database, env: settings, ...patience });
    product.headers = { Authorization: `Bearer ${token}` };
    this.parts = { network, product, fleet: new Fleet(product, this.label) };
    await product.start();
  }

  /** Tells what was done, and takes everything down. */
  async end(): Promise<void> {
    if (this.parts === null) return;
    const { network, product, fleet } = this.parts;
    report({ ...Object.fromEntries(this.caused), ...product.counts, ...fleet.counts });
    await product.dispose();
    await network.dispose();
  }

  /** What a request needs that is written by hand. */
  get headers(): Readonly<Record<string, string>> {
    return { Host: `${this.network.host}:${this.product.port}`, ...this.product.headers };
  }

  count(fault: string, by = 1): void {
    this.caused.set(fault, (this.caused.get(fault) ?? 0) + by);
  }

  /** The slowest of several, for the evidence. */
  countPeak(name: string, value: number): void {
    this.caused.set(name, Math.max(this.caused.get(name) ?? 0, Math.round(value)));
  }

  /** Files of the data folder that the server has open, but for the lock that makes it a volume. */
  get openFiles(): string[] {
    const { process: server, dataDir } = this.product;
    const folder = `/proc/${server.pid}/fd`;
    return readdirSync(folder)
      .map((fd) => target(`${folder}/${fd}`))
      .filter((path) => path.startsWith(`${dataDir}/staging/`) || path.startsWith(`${dataDir}/blobs/`));
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    // Closed since the folder was read.
    return '';
  }
}
