import { DropzoneUpload } from '../../support/dropzone.js';
import type { Product } from '../../support/product.js';
import type { Random } from '../../support/random.js';
import { isConnectionLost } from './connection-lost.js';
import type { Oracle } from './oracle.js';
import { RestSender } from './rest-sender.js';
import { Transfer } from './transfer.js';

const CHUNK = 64 * 1024;

/** Everything that changes something, once: files of one content, an upload that is cancelled, deletes. */
export class Story {
  private readonly transfers: readonly Transfer[];
  private readonly first: Transfer;
  private readonly twin: Transfer;
  private readonly cancelled: Transfer;

  constructor(
    private readonly product: Product,
    oracle: Oracle,
    random: Random,
    label: string,
  ) {
    const content = random.bytes(3 * CHUNK - 1);
    const transfer = (word: string, bytes: Buffer, overRest = false) => {
      const name = `${label} ${word}`;
      const source = { name, content: bytes, chunkSize: CHUNK };
      const sender = overRest ? new RestSender(product, source, random) : new DropzoneUpload(product, source);
      return new Transfer(product, oracle, name, bytes, sender);
    };
    this.first = transfer('first', content);
    this.twin = transfer('twin', content, true);
    this.cancelled = transfer('cancelled', random.bytes(3 * CHUNK - 1));
    this.transfers = [this.first, this.twin, this.cancelled];
  }

  /**
   * Tells it up to the end, or to the kill.
   * @returns true when the server was killed
   */
  async tell(): Promise<boolean> {
    try {
      await Promise.all([2, 0, 1].map((index) => this.first.send(index)));
      for (const transfer of [this.first, this.twin]) await complete(transfer);
      await this.cancelled.send(0);
      await this.cancelled.send(1);
      await this.cancelled.cancel();
      for (const transfer of [this.first, this.twin]) await transfer.delete();
      return false;
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      await this.product.wasKilled();
      return true;
    }
  }

  /** Goes on where it was cut off, until nothing is left. */
  async end(): Promise<void> {
    for (const transfer of this.transfers) {
      await transfer.look();
      await complete(transfer);
      if (transfer.expectation?.deleted === false) await transfer.delete();
    }
  }
}

async function complete(transfer: Transfer): Promise<void> {
  while (!transfer.isOver) {
    for (const index of transfer.open) await transfer.send(index);
    await transfer.look();
  }
}
