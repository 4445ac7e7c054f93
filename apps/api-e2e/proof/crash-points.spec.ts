import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { balanced } from '../support/conservation.js';
import { Product } from '../support/product.js';
import { Random } from '../support/random.js';
import { isConnectionLost } from './support/connection-lost.js';
import { journaled, killedAt, stepsOf } from './support/crash-points.js';
import { Oracle } from './support/oracle.js';
import { Transfer } from './support/transfer.js';

/** 5 for the figures of docs/evidence/engine.md: every step so often. By default a few steps, drawn by the seed. */
const ROUNDS = Number(process.env.STOWAGE_CRASH_ROUNDS ?? 0);
const SAMPLE = 6;
const CHUNK = 64 * 1024;

const product = new Product();
const random = new Random('crash points');
const oracle = new Oracle();
const transfers: Transfer[] = [];
const journal = join(product.folder, 'steps');
let steps = new Map<string, number>();
beforeAll(() => product.start(journaled(journal)));
afterAll(() => product.dispose());

function begin(content = random.bytes(3 * CHUNK - 1)): Transfer {
  const transfer = new Transfer(product, oracle, `file ${transfers.length}`, content, CHUNK);
  transfers.push(transfer);
  return transfer;
}

/** Whatever writes: two files of one content, one of them out of order; an upload that is cancelled; deletes. */
function story(): readonly (() => Promise<void>)[] {
  const first = begin();
  const twin = begin(first.content);
  const cancelled = begin();
  return [
    () => Promise.all([2, 0, 1].map((index) => first.send(index))).then(() => undefined),
    () => complete(first),
    () => complete(twin),
    () => cancelled.send(0),
    () => cancelled.send(1),
    () => cancelled.cancel(),
    () => first.delete(),
    () => twin.delete(),
  ];
}

async function complete(transfer: Transfer): Promise<void> {
  while (!transfer.isOver) {
    for (const index of transfer.open) await transfer.send(index);
    await transfer.look();
  }
}

/** Tells a story up to the kill; true when it came that far. */
async function wasKilledIn(scenes: readonly (() => Promise<void>)[]): Promise<boolean> {
  try {
    for (const scene of scenes) await scene();
    return false;
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    await product.wasKilled();
    return true;
  }
}

async function endOf(some: readonly Transfer[]): Promise<void> {
  for (const transfer of some) {
    await transfer.look();
    await complete(transfer);
    if (transfer.expectation?.deleted === false) await transfer.delete();
  }
}

async function killAt(step: string): Promise<boolean> {
  const before = transfers.length;
  await product.start(killedAt(step, 1 + random.integer(steps.get(step) ?? 1)));
  const killed = await wasKilledIn(story());
  if (!killed) await product.stop();
  await product.start();
  const mine = transfers.slice(before);
  const ids = mine.map(({ id }) => id).filter((id) => id !== '');
  expect({ step, wrong: await oracle.verdict(product, ids) }).toEqual({ step, wrong: [] });
  await endOf(mine);
  expect({ step, wrong: await oracle.verdict(product, ids) }).toEqual({ step, wrong: [] });
  await product.stop();
  await product.start();
  expect({ step, wrong: await balanced(product) }).toEqual({ step, wrong: [] });
  await product.stop();
  return killed;
}

it('every step of the way that changes something is known', async () => {
  for (const scene of story()) await scene();
  await product.stop();
  steps = stepsOf(journal);
  expect([...steps.keys()].filter((step) => /sync|link|COMMIT|INSERT/u.test(step)).length).toBeGreaterThan(10);
});

it(
  'a kill at any of them loses nothing, shows nothing half, and leaves nothing',
  async () => {
    const all = [...steps.keys()];
    const chosen = ROUNDS === 0 ? random.shuffled(all).slice(0, SAMPLE) : all;
    let kills = 0;
    for (let round = 0; round < Math.max(1, ROUNDS); round++) {
      for (const step of chosen) if (await killAt(step)) kills += 1;
    }
    process.stderr.write(`${kills} kills at ${chosen.length} of ${all.length} steps, none lost\n`);
    expect(kills).toBeGreaterThan((chosen.length * Math.max(1, ROUNDS)) / 2);
  },
  60_000 + Math.max(SAMPLE, ROUNDS * 120) * 30_000,
);
