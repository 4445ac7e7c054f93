import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { Acknowledgements } from './support/acknowledgements.js';
import { DropzoneUpload, fileOf, resultOf } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random, sha256 } from './support/random.js';
import { atOnce, until } from './support/until.js';

const KILLS = Number(process.env.STOWAGE_KILLS ?? 8);
const CHUNK = 64 * 1024;
const PARALLEL_FILES = 3;
const PARALLEL_CHUNKS = 4;

const product = new Product();
const random = new Random('kills');
const ledger = new Acknowledgements();
beforeAll(() => product.start());
afterAll(() => product.dispose());

/** A file under way, and what the test knows of it. */
class Transfer {
  readonly content = random.bytes(CHUNK * (6 + random.integer(20)) + random.integer(CHUNK));
  readonly upload: DropzoneUpload;
  id = '';

  constructor(number: number) {
    this.upload = new DropzoneUpload(product, { name: `file ${number}`, content: this.content, chunkSize: CHUNK });
  }

  /** Sends what the server does not hold, in any order, until all is sent or the server is gone. */
  async go(): Promise<void> {
    try {
      const indexes = random.shuffled(await this.missing());
      const tasks = indexes.map((index) => () => this.sendOne(index));
      await atOnce(PARALLEL_CHUNKS, tasks);
    } catch (error) {
      // A refusal is no kill: it would be a fault of its own.
      if (!isConnectionLost(error)) throw error;
    }
  }

  private async sendOne(index: number): Promise<void> {
    const { upload } = resultOf(await this.upload.send(index));
    this.id = upload.id;
    ledger.add(upload.id, this.upload.range(index));
  }

  private async missing(): Promise<number[]> {
    if (this.id === '') return this.upload.indexes;
    const { missing } = await product.status(this.id);
    const starts = new Set(
      missing.flatMap(({ start, end }) =>
        this.upload.indexes.filter((index) => {
          const range = this.upload.range(index);
          return start < range.end && range.start < end;
        }),
      ),
    );
    return [...starts];
  }

  async isDone(): Promise<boolean> {
    return this.id !== '' && (await product.status(this.id)).complete;
  }

  async expectWhole(): Promise<void> {
    const file = await fileOf(product, [await product.status(this.id)]);
    expect(file.sha256).toBe(sha256(this.content));
    expect(sha256(await product.download(file.id))).toBe(sha256(this.content));
  }
}

/** By its code: errors of Node's own are of another realm than a test's. */
function isConnectionLost(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code ?? '');
}

async function expectNothingLost(transfers: readonly Transfer[]): Promise<void> {
  for (const { id } of transfers.filter((transfer) => transfer.id !== '')) {
    expect(ledger.lost(await product.status(id))).toEqual([]);
  }
}

/** Lets the transfers run up to a moment nobody chose, and kills the server there. */
async function killMidway(transfers: readonly Transfer[]): Promise<void> {
  const moment = ledger.count + random.integer(30);
  const running = Promise.allSettled(transfers.map((transfer) => transfer.go()));
  let over = false;
  void running.then(() => (over = true));
  await until('the moment of the kill', () => over || ledger.count >= moment);
  await pause(random.integer(20));
  await product.kill();
  for (const outcome of await running) if (outcome.status === 'rejected') throw outcome.reason;
}

it(
  `loses nothing that it acknowledged in ${KILLS} kills`,
  async () => {
    let number = 0;
    const next = () => new Transfer(++number);
    let active = Array.from({ length: PARALLEL_FILES }, next);
    const done: Transfer[] = [];

    for (let kill = 0; kill < KILLS; kill++) {
      await killMidway(active);
      await product.start();
      await expectNothingLost([...active, ...done]);
      const finished = await Promise.all(active.map((transfer) => transfer.isDone()));
      done.push(...active.filter((_, index) => finished[index]));
      active = active.map((transfer, index) => (finished[index] === true ? next() : transfer));
    }

    await Promise.all(active.map((transfer) => transfer.go()));
    for (const transfer of [...done, ...active]) await transfer.expectWhole();
    expect(await product.unfinished()).toEqual([]);
    expect(product.staged).toEqual([]);
    expect(product.blobs).toHaveLength(number);
    process.stderr.write(`${KILLS} kills, ${ledger.count} chunks acknowledged, ${number} files whole, none lost\n`);
  },
  60_000 + KILLS * 15_000,
);
