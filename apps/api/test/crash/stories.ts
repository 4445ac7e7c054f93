import { brokenContent } from '../bytes.js';
import type { Engine } from '../engine.js';
import type { Random } from '../random.js';
import { chunkCount, chunkOf, send, type ClientFile } from '../sending.js';
import type { Book } from './book.js';

/** What clients do until the power is cut. */
export type Story = (engine: Engine, book: Book, random: Random) => Promise<void>;

/** Neither a page nor a multiple of it: neighbouring chunks share one. */
const CHUNK = 5_000;

const indexesOf = (file: ClientFile) => Array.from({ length: chunkCount(file) }, (_, index) => index);

/** A file with some content; few contents, so that many files have the same. */
function fileOf(random: Random, content: Buffer): ClientFile {
  const key = random.uuid();
  return { key, name: `${key}.bin`, path: '', bytes: content, chunkSize: CHUNK, sha256: null };
}

/** One request after the other, through everything that writes: two equal files, a cancelled upload, both files deleted. */
export const oneAfterTheOther: Story = async (engine, book, random) => {
  const content = random.bytes(2 * CHUNK + 700);
  const ids: string[] = [];
  for (const file of [fileOf(random, content), fileOf(random, content)]) {
    for (const index of indexesOf(file)) {
      const answer = await book.send(engine, file, index);
      if (answer?.file !== undefined) ids.push(answer.file.id);
    }
  }
  const unwanted = fileOf(random, random.bytes(CHUNK + 1));
  const answer = await book.send(engine, unwanted, 1);
  if (answer !== null) await book.cancel(engine, unwanted, answer.upload.id);
  const last = fileOf(random, random.bytes(CHUNK + 1));
  await book.send(engine, last, 1);
  for (const id of ids) await book.delete(engine, id);
  // Bytes go some time after their last file: those that nobody takes up yet, and those that somebody is just removing.
  await engine.collector.pass(new AbortController().signal);
  await engine.collector.beforeApplicationShutdown();
};

/** A file that is complete, and one of which a chunk is missing. */
export const oneAndAHalf: Story = async (engine, book, random) => {
  const whole = fileOf(random, random.bytes(2 * CHUNK + 700));
  for (const index of indexesOf(whole)) await book.send(engine, whole, index);
  await book.send(engine, fileOf(random, random.bytes(2 * CHUNK)), 1);
};

/** Several clients at once, each with a few chunks in flight, in any order; some break off, cancel or delete. */
export const manyAtOnce: Story = async (engine, book, random) => {
  const long = random.bytes(CHUNK * 3 + random.integer(CHUNK));
  const short = random.bytes(1 + random.integer(CHUNK * 2));
  const files = Array.from({ length: 2 + random.integer(4) }, () => fileOf(random, random.pick([long, short])));
  await Promise.all(files.map((file) => oneClient(engine, book, random, file)));
};

async function oneClient(engine: Engine, book: Book, random: Random, file: ClientFile): Promise<void> {
  const [cancels, deletes] = [random.chance(20), random.chance(40)];
  if (random.chance(20)) await breakOff(engine, book, random, file);
  const order = random.shuffled(indexesOf(file));
  const kept = cancels ? order.slice(1) : order;
  const answers = await Promise.all(kept.map((index) => book.send(engine, file, index)));
  const uploadId = answers.find((answer) => answer !== null)?.upload.id;
  if (uploadId === undefined) return;
  if (cancels) {
    await book.cancel(engine, file, uploadId);
    return;
  }
  const result = await engine.uploads.result(uploadId, 5_000).catch(() => null);
  if (result?.file === undefined) return;
  book.files.set(result.file.id, file);
  if (deletes) await book.delete(engine, result.file.id);
}

/** Sends a part of a chunk. */
async function breakOff(engine: Engine, book: Book, random: Random, file: ClientFile): Promise<void> {
  book.sources.set(file.key ?? '', file);
  const index = random.integer(chunkCount(file));
  const part = Buffer.alloc(Math.floor(chunkOf(file, index).length / 2), 0xff);
  await send(engine, file, index, { content: brokenContent(new Error('the client is gone'), part) }).catch(() => null);
}
