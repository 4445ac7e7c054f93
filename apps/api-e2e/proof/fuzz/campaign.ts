import type { Product } from '../../support/product.js';
import { attempt } from './attempt.js';
import { keep } from './found.js';
import { caseOf, type FuzzCase } from './fuzz-case.js';
import type { Marks } from './marks.js';
import type { Seed } from './seeds.js';
import { shrunk } from './shrink.js';
import { faultOf, kindOf } from './verdict.js';
import { newWorld } from './world.js';

/** Requests under way at once. */
const PARALLEL = 48;
/** After so many requests there are new things to speak of: many have been deleted or ended. */
const WORLD_LASTS = 1_000;
/** After so many faults there is enough to mend. */
const MOST_FAULTS = 25;

/** Sends cases to a product, and keeps those after which something is wrong. */
export class Campaign {
  readonly faults: string[] = [];
  /** Answers by status. */
  readonly kinds = new Map<string, number>();
  /** Milliseconds until the latest answer, and whose it was. */
  slowest = { ms: 0, index: 0 };
  sent = 0;
  private marks: Promise<Marks>;
  private readonly failed: FuzzCase[] = [];

  constructor(
    private readonly product: Product,
    private readonly seeds: readonly Seed[],
  ) {
    this.marks = newWorld(product);
  }

  /** Sends the cases from one index up to, and without, another. */
  async run(from: number, to: number): Promise<void> {
    let next = from;
    const work = async (): Promise<void> => {
      while (next < to && this.faults.length < MOST_FAULTS) await this.send(caseOf(next++, this.seeds));
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  /** From now on requests speak of new things. */
  renew(): this {
    this.marks = newWorld(this.product);
    return this;
  }

  /** Sends one case; whatever is wrong is among the faults. Returns the status of the answer, or `closed`. */
  async send(fuzzCase: FuzzCase): Promise<string> {
    if (this.sent > 0 && this.sent % WORLD_LASTS === 0) this.renew();
    this.sent += 1;
    const { kind, fault } = await this.outcomeOf(fuzzCase);
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    if (fault !== null) this.keep(fuzzCase, fault);
    return kind;
  }

  private keep(fuzzCase: FuzzCase, fault: string): void {
    this.failed.push(fuzzCase);
    this.faults.push(
      `${fuzzCase.index} (${fuzzCase.origin}): ${fault}\n  ${keep(fuzzCase, fault)}\n  ${escaped(fuzzCase.bytes)}`,
    );
  }

  private async outcomeOf(fuzzCase: FuzzCase): Promise<{ readonly kind: string; readonly fault: string | null }> {
    const marks = await this.marks;
    try {
      const outcome = await attempt(this.product.port, fuzzCase, marks);
      if (outcome.ms > this.slowest.ms) this.slowest = { ms: outcome.ms, index: fuzzCase.index };
      return { kind: kindOf(outcome), fault: faultOf(outcome) };
    } catch (error) {
      return { kind: 'closed', fault: `the server is gone: ${(error as Error).message}` };
    }
  }

  /** The first fault with as few bytes as show it; null when it does not show again, alone and in a new world. */
  async smallest(): Promise<string | null> {
    const [first] = this.failed;
    if (first === undefined) return null;
    const { fault } = await this.renew().outcomeOf(first);
    if (fault === null) return null;
    const bytes = await shrunk(first.bytes, async (smaller) => {
      return (await this.renew().outcomeOf({ ...first, bytes: smaller, cuts: [] })).fault === fault;
    });
    return `${fault}\n  ${keep({ ...first, bytes, cuts: [] }, fault)}\n  ${escaped(bytes)}`;
  }
}

function escaped(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1'));
}
