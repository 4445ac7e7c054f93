import { fileListSchema } from '@stowage/contract';
import { DropzoneUpload } from '../../support/dropzone.js';
import type { Product } from '../../support/product.js';
import { Random } from '../../support/random.js';
import type { Contents } from './contents.js';
import { isConnectionLost } from './connection-lost.js';
import type { Oracle } from './oracle.js';
import { RestSender } from './rest-sender.js';
import { Transfer } from './transfer.js';

const CHUNK = 64 * 1024;
const MOST_OPEN = 2;
const PARALLEL = 4;
/** Bytes that one client has under way at once. */
export const MOST_UNDER_WAY = PARALLEL * CHUNK;

type Verb = 'chunks' | 'repeat' | 'status' | 'lists' | 'cancel' | 'delete' | 'download';

/** How often each verb is chosen, in parts of the sum. */
const WEIGHTS: readonly (readonly [Verb, number])[] = [
  ['chunks', 12],
  ['repeat', 3],
  ['status', 2],
  ['lists', 1],
  ['cancel', 1],
  ['delete', 2],
  ['download', 1],
];

/** Somebody who uses the server in every way there is, one verb after the other, as a seed says. */
export class Client {
  readonly transfers: Transfer[] = [];
  private readonly random: Random;
  private made = 0;

  constructor(
    private readonly product: Product,
    private readonly oracle: Oracle,
    private readonly contents: Contents,
    private readonly label: string,
  ) {
    this.random = new Random(label);
  }

  get open(): Transfer[] {
    return this.transfers.filter((transfer) => !transfer.isOver);
  }

  /** Goes on until it is told to stop, or the server is gone. */
  async run(isOver: () => boolean): Promise<void> {
    try {
      while (!isOver()) await this.once();
    } catch (error) {
      // A refusal is no kill: it would be a fault of its own.
      if (!isConnectionLost(error)) throw error;
    }
  }

  /** Goes on until it is told to stop: when the connection is lost it believes what the server says, as soon as that answers. */
  async persist(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.run(isOver);
      if (isOver()) return;
      await this.resume().catch((error: unknown) => {
        if (!isConnectionLost(error)) throw error;
      });
    }
  }

  /** Monotonic milliseconds. */
  get lastAcknowledgedAt(): number {
    return Math.max(0, ...this.transfers.map((transfer) => transfer.lastAcknowledgedAt));
  }

  private async once(): Promise<void> {
    while (this.open.length < MOST_OPEN) this.begin();
    await this.perform(this.verb());
  }

  private begin(): void {
    this.made += 1;
    const name = `${this.label} ${this.made}`;
    const content = this.contents.next(this.random);
    const source = { name, content, chunkSize: CHUNK };
    const sender =
      this.random.integer(2) === 0
        ? new RestSender(this.product, source, new Random(name))
        : new DropzoneUpload(this.product, source);
    this.transfers.push(new Transfer(this.product, this.oracle, name, content, sender));
  }

  private verb(): Verb {
    const sum = WEIGHTS.reduce((parts, [, weight]) => parts + weight, 0);
    let at = this.random.integer(sum);
    for (const [verb, weight] of WEIGHTS) {
      at -= weight;
      if (at < 0) return verb;
    }
    return 'chunks';
  }

  private async perform(verb: Verb): Promise<void> {
    const transfer = this.one(this.open);
    const finished = this.transfers.filter(({ expectation }) => expectation?.deleteAsked === false);
    switch (verb) {
      case 'chunks':
        return this.sendSome(transfer);
      case 'repeat':
        return this.repeatOne(transfer);
      case 'status':
        await transfer.look();
        return;
      case 'lists':
        return this.oracle.seesFiles(() => this.listed());
      case 'cancel':
        return this.cancelWhileSending(transfer);
      case 'delete':
        if (finished.length > 0) await this.one(finished).delete();
        return;
      case 'download':
        if (finished.length > 0) await this.download(this.one(finished));
        return;
    }
  }

  private one<T>(items: readonly T[]): T {
    return items[this.random.integer(items.length)] as T;
  }

  private async sendSome(transfer: Transfer): Promise<void> {
    const some = this.random.shuffled(transfer.open).slice(0, PARALLEL);
    // With all acknowledged and no file yet, it is completing; after a cancel without an answer nobody knows.
    if (some.length === 0 || transfer.cancelAsked) await transfer.look();
    if (transfer.isOver) return;
    await all(some.map((index) => transfer.send(index)));
  }

  private async repeatOne(transfer: Transfer): Promise<void> {
    const held = [...transfer.acknowledged];
    if (held.length > 0) await all([this.one(held)].flatMap((index) => [transfer.send(index), transfer.send(index)]));
  }

  /** Index 0 would begin the upload anew once it is cancelled. */
  private async cancelWhileSending(transfer: Transfer): Promise<void> {
    if (transfer.id === '') return;
    const some = this.random.shuffled(transfer.open.filter((index) => index > 0)).slice(0, 2);
    await all([...some.map((index) => transfer.send(index)), transfer.cancel()]);
  }

  private async listed() {
    const answer = await this.product.send('/api/files?limit=200');
    return answer.status === 200 ? answer.as(fileListSchema).files : [];
  }

  private async download({ expectation }: Transfer): Promise<void> {
    if (expectation === null) return;
    const { status, body } = await this.product.send(`/api/files/${expectation.file.id}/content`);
    if (status === 200 && !body.equals(expectation.content)) {
      this.oracle.complain(`${expectation.file.name} was downloaded with other bytes`);
    }
  }

  /** After a fault: believes what the server says of everything that is open. */
  async resume(): Promise<void> {
    for (const transfer of this.open) await transfer.look();
  }

  /** Ends everything that it has begun. */
  async finish(): Promise<void> {
    for (const transfer of this.transfers) {
      for (await transfer.look(); !transfer.isOver; await transfer.look()) await this.sendSome(transfer);
    }
  }
}

/** Waits for all of them, and only then fails with the first fault: none is left running behind. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) if (outcome.status === 'rejected') throw outcome.reason;
}
