import { setTimeout as pause } from 'node:timers/promises';
import { balanced } from '../../support/conservation.js';
import type { Product } from '../../support/product.js';
import { Random } from '../../support/random.js';
import { until } from '../../support/until.js';
import { Client, MOST_UNDER_WAY } from './client.js';
import { Contents } from './contents.js';
import { Oracle } from './oracle.js';
import type { Counts } from './report.js';
import { tally } from './tally.js';
import type { Resent } from './transfer.js';

/** Several clients at once against one product, and the oracle that watches them. */
export class Fleet {
  private readonly clients: readonly Client[];
  private readonly random: Random;
  /** Everything that was ever wrong, in sentences. */
  private readonly wrong: string[] = [];

  constructor(
    private readonly product: Product,
    private readonly label: string,
    count = 8,
    readonly oracle = new Oracle(),
  ) {
    this.random = new Random(`${label} moments`);
    const contents = new Contents(`${label} contents`);
    this.clients = Array.from({ length: count }, (_, index) => {
      return new Client(product, this.oracle, contents, `${label} ${index}`);
    });
  }

  /**
   * Lets them work up to a moment that nobody chose, and makes a fault there.
   * @param fault settles when its first effect is over; may ask whether the clients have ended by themselves
   * @param most acknowledgements until then
   */
  async workUntil(fault: (haveEnded: () => boolean) => Promise<void>, most = 60): Promise<void> {
    const moment = this.oracle.acknowledged.count + this.random.integer(most);
    let stopped = false;
    let ended = false;
    const running = Promise.allSettled(this.clients.map((client) => client.run(() => stopped)));
    void running.then(() => (ended = true));
    // Once something is wrong there is nothing more to wait for.
    const isTime = () => ended || this.oracle.findings.length > 0 || this.oracle.acknowledged.count >= moment;
    await until('the moment of the fault', isTime, 60_000);
    await pause(this.random.integer(30));
    for (const transfer of this.transfers) transfer.countFlying();
    await fault(() => ended);
    stopped = true;
    for (const outcome of await running) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /**
   * Lets them work through a fault that does not end the server: who loses a connection asks how far it is and goes on.
   * @param fault settles when it is over and they have gone on
   */
  async workThrough(fault: () => Promise<void>): Promise<void> {
    let stopped = false;
    const running = Promise.allSettled(this.clients.map((client) => client.persist(() => stopped)));
    let broken = false;
    void running.then(() => (broken = !stopped));
    const over = fault();
    // A client that breaks off is the fault to tell; what the other one then says is not.
    over.catch(() => undefined);
    try {
      await Promise.race([over, until('a client breaks off', () => broken || stopped, 600_000)]);
    } finally {
      stopped = true;
    }
    for (const outcome of await running) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /**
   * Waits until every client has had bytes acknowledged since a moment.
   * @param since monotonic milliseconds
   * @returns how long the last of them took, in milliseconds
   */
  async allGoOn(since: number): Promise<number> {
    const behind = () => this.clients.filter((client) => client.lastAcknowledgedAt <= since);
    await until('every client goes on', () => behind().length === 0, 60_000);
    return performance.now() - since;
  }

  private get transfers() {
    return this.clients.flatMap((client) => client.open);
  }

  /** After a fault: what is wrong with what the server says now, see {@link Oracle.verdict}. The clients then go on from there. */
  async verdict(everything?: boolean): Promise<string[]> {
    const wrong = await this.oracle.verdict(this.product, everything);
    for (const client of this.clients) await client.resume();
    return this.noted([...wrong, ...this.oracle.findings]);
  }

  private noted(wrong: string[]): string[] {
    this.wrong.push(...wrong);
    return wrong;
  }

  /** Lets every transfer come to its end. */
  async finish(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.finish()));
  }

  /**
   * The end of a campaign: every transfer comes to its end, and the server starts once more, since what it puts in order at a
   * start it puts in order there. What is wrong then: with what was promised, and with what is on its disk and in its rows.
   */
  async end(): Promise<string[]> {
    await this.finish();
    await this.product.stop();
    await this.product.start();
    const promised = await this.verdict(true);
    return [...promised, ...this.noted(await balanced(this.product))];
  }

  /** For {@link report}; also after a failure. */
  get counts(): Counts {
    const all = this.clients.flatMap((client) => client.transfers);
    return {
      acknowledgedChunks: this.oracle.acknowledged.count,
      acknowledgedBytes: this.oracle.acknowledged.bytes,
      uploads: all.length,
      files: all.filter(({ expectation }) => expectation !== null).length,
      bytesUnderWay: this.resent.flying,
      bytesSentAgain: this.resent.again,
      ...tally([...this.wrong, ...this.oracle.findings]),
    };
  }

  /** `8 clients, 512 chunks acknowledged, 40 files, …` */
  get summary(): string {
    const all = this.clients.flatMap((client) => client.transfers);
    const sum = (figure: (transfer: (typeof all)[number]) => number) =>
      all.reduce((total, each) => total + figure(each), 0);
    const files = sum(({ expectation }) => (expectation === null ? 0 : 1));
    return [
      `${this.label}: ${this.clients.length} clients`,
      `${this.oracle.acknowledged.count} chunks acknowledged`,
      `${files} files of ${all.length} uploads`,
      `${sum(({ resent }) => resent.again)} bytes sent again, ${sum(({ resent }) => resent.flying)} were under way`,
    ].join(', ');
  }

  /** Bytes that had to be sent again, and those that were under way when a fault came: no more than these. */
  get resent(): Readonly<Resent> {
    const all = this.clients.flatMap((client) => client.transfers.map(({ resent }) => resent));
    const sum = (figure: keyof Resent) => all.reduce((total, each) => total + each[figure], 0);
    return { again: sum('again'), flying: sum('flying'), broken: sum('broken') };
  }

  /** Bytes that can be under way at once. */
  get mostAtOnce(): number {
    return this.clients.length * MOST_UNDER_WAY;
  }

  /** Draws for the test itself. */
  draw(end: number): number {
    return this.random.integer(end);
  }
}
