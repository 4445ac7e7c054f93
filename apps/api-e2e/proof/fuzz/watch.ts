import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { query } from '../../support/database.js';
import type { Product } from '../../support/product.js';
import { requestsInProgress } from '../../support/samples.js';
import { until } from '../../support/until.js';

/** What a process holds after all garbage is collected. */
export interface Held {
  /** Bytes: the heap, and what lies outside of it. */
  readonly bytes: number;
  /** Timers, sockets and the like that keep it running. */
  readonly resources: number;
}

/** Looks at what a product holds while nobody asks anything of it. */
export class Watch {
  private readonly report: string;
  private count = 0;

  constructor(private readonly product: Product) {
    this.report = join(product.folder, 'heap');
  }

  /** Environment for a run that can be looked at. */
  static env(folder: string): Record<string, string> {
    const entry = new URL('../entry/heap.mjs', import.meta.url).href;
    return { NODE_OPTIONS: `--import=${entry}`, STOWAGE_HEAP_REPORT: join(folder, 'heap') };
  }

  async held(): Promise<Held> {
    this.count += 1;
    this.product.process.signal('SIGUSR2');
    await until('the garbage is collected', () => this.read()?.count === this.count);
    const { heapUsed = 0, external = 0, resources = 0 } = this.read() ?? {};
    return { bytes: heapUsed + external, resources };
  }

  private read(): Record<string, number> | null {
    try {
      return existsSync(this.report) ? (JSON.parse(readFileSync(this.report, 'utf8')) as Record<string, number>) : null;
    } catch {
      return null; // half written
    }
  }

  /** Waits until every request is answered and no lease is left. */
  async quiet(): Promise<void> {
    const { product } = this;
    await until('no request is being answered', async () => (await requestsInProgress(product)) === 0);
    await until('no lease is left', async () => {
      const [row] = await query<{ count: number }>(product.databaseUrl, 'SELECT count(*)::int FROM upload_leases');
      return row?.count === 0;
    });
  }

  /** Open descriptors by what they are of: paths, and sockets, pipes and the like by kind. */
  descriptors(): Map<string, number> {
    const folder = `/proc/${this.product.process.pid}/fd`;
    const found = new Map<string, number>();
    for (const name of readdirSync(folder)) {
      const target = linkOf(join(folder, name))?.replace(/:.*$/u, '');
      if (target !== undefined) found.set(target, (found.get(target) ?? 0) + 1);
    }
    return found;
  }

  /** Descriptors that were not there before, once the server has had time to close what it uses no more. */
  async leakedSince(before: ReadonlyMap<string, number>): Promise<string[]> {
    let leaked: string[] = [];
    const look = (): boolean => {
      const now = [...this.descriptors()];
      leaked = now
        .filter(([name, count]) => count > (before.get(name) ?? 0))
        .map(([name, count]) => `${count} of ${name}`);
      return leaked.length === 0;
    };
    await until('as many files are open as before', look).catch(() => undefined);
    return leaked;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // closed meanwhile
  }
}

/** Bytes held more for each request, by least squares; NaN of fewer than two. */
export function slope(points: readonly (readonly [requests: number, bytes: number])[]): number {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, [requests, bytes]) => sum + (requests - x) * (bytes - y), 0);
  return over / points.reduce((sum, [requests]) => sum + (requests - x) ** 2, 0);
}
