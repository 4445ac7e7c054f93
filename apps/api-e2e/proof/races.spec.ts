import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { balanced } from '../support/conservation.js';
import { DropzoneUpload, fileOf, postForm, resultOf } from '../support/dropzone.js';
import { encodeForm } from '../support/form.js';
import type { Answer } from '../support/http.js';
import { Product } from '../support/product.js';
import { Random, sha256 } from '../support/random.js';
import { report } from './support/report.js';
import { tally } from './support/tally.js';

/** 1,000 and 200 for the figures of docs/evidence/engine.md. */
const STORMS = Number(process.env.STOWAGE_STORMS ?? 3);
const RACES = Number(process.env.STOWAGE_RACES ?? 3);
const STORM = 32;
const RIVALS = 50;
const CHUNK = 4 * 1024;
const EACH_MS = 10_000;

const product = new Product();
const random = new Random('races');
beforeAll(() => product.start());
afterAll(async () => {
  report({ races: raced, ...tally(unbalanced) });
  await product.dispose();
});

let raced = 0;
const unbalanced: string[] = [];

let made = 0;
function newUpload(content = random.bytes(3 * CHUNK), name = `raced ${++made}`): DropzoneUpload {
  return new DropzoneUpload(product, { name, content, chunkSize: CHUNK });
}

/** The same, again and again, one after the other; afterwards everything is in order. */
function repeated(times: number, race: () => Promise<void>): [() => Promise<void>, number] {
  const work = async () => {
    for (let time = 0; time < times; time++, raced++) await race();
    const wrong = await balanced(product);
    unbalanced.push(...wrong);
    expect(wrong).toEqual([]);
  };
  return [work, 60_000 + times * EACH_MS];
}

function remove(path: string): Promise<Answer> {
  return product.send(path, { method: 'DELETE' });
}

async function removeFile(id: string): Promise<void> {
  expect((await remove(`/api/files/${id}?permanent=true`)).status).toBe(204);
}

async function removeAll(): Promise<void> {
  await product.clear();
}

it(
  `${STORMS} storms of ${STORM} final chunks become one file each`,
  ...repeated(STORMS, async () => {
    const upload = newUpload();
    await upload.sendAll([0, 1]);
    const answers = await Promise.all(Array.from({ length: STORM }, () => upload.send(2)));
    const file = await fileOf(product, answers.map(resultOf));

    expect(file.sha256).toBe(sha256(upload.source.content as Buffer));
    const files = (await product.files()).filter(({ name }) => name === upload.source.name);
    expect(files).toEqual([file]);
    expect(new Set(answers.flatMap((answer) => resultOf(answer).file?.id ?? []))).toEqual(new Set([file.id]));
    await removeAll();
  }),
);

it(
  `${RACES} times half of the chunks of a file come twice at once, and every chunk is counted once`,
  ...repeated(RACES, async () => {
    const upload = newUpload(random.bytes(8 * CHUNK));
    const half = random.shuffled(upload.indexes).slice(0, 4);
    const results = (await upload.sendAll(random.shuffled([...half, ...half]), 8)).map(resultOf);

    const id = results[0]?.upload.id ?? '';
    expect((await product.status(id)).upload).toMatchObject({ state: 'receiving', received: 4 * CHUNK });
    for (const { upload: state } of results) expect(state.received).toBeLessThanOrEqual(4 * CHUNK);
    const file = await upload.complete(8);
    expect(sha256(await product.download(file.id))).toBe(sha256(upload.source.content as Buffer));
    await removeAll();
  }),
);

describe('one name for many', () => {
  it(
    `${RACES} times ${RIVALS} uploads finish at once under one name: one wins, and nobody is overwritten`,
    ...repeated(RACES, async () => {
      const name = `wanted ${++made}`;
      const rivals = Array.from({ length: RIVALS }, () => newUpload(random.bytes(2 * CHUNK), name));
      await Promise.all(rivals.map((rival) => rival.send(0)));
      const answers = await Promise.all(rivals.map((rival) => rival.send(1)));

      const winners = answers.filter(({ status }) => status < 300);
      expect(winners).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status > 299)) {
        expect(answer.problem).toMatchObject({ code: 'name-taken', status: 409 });
      }
      const winner = rivals[answers.findIndex(({ status }) => status < 300)];
      const file = await fileOf(product, winners.map(resultOf));
      expect(sha256(await product.download(file.id))).toBe(sha256(winner?.source.content as Buffer));
      await removeAll();
    }),
  );

  it(
    `${RACES} times ${RIVALS} plain forms of one name: one wins`,
    ...repeated(RACES, async () => {
      const fileName = `posted ${++made}`;
      const contents = Array.from({ length: RIVALS }, () => random.bytes(CHUNK));
      const answers = await Promise.all(
        contents.map((value) => postForm(product, encodeForm([{ name: 'file', fileName, value }]))),
      );

      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      await removeAll();
    }),
  );
});

describe('equal content', () => {
  it(
    `${RACES} times a file is deleted while another with its content completes: the other one is whole`,
    ...repeated(RACES, async () => {
      const content = random.bytes(2 * CHUNK);
      const first = await newUpload(content).complete();
      const second = newUpload(content);
      await second.send(0);
      const [answer] = await Promise.all([second.send(1), removeFile(first.id)]);
      const file = await fileOf(product, [resultOf(answer)]);

      expect((await product.send(first.url)).status).toBe(404);
      expect(await product.download(file.id)).toEqual(content);
      await removeFile(file.id);
    }),
  );

  it(
    `${RACES} times ten complete and ten are deleted at once: those that stay are whole`,
    ...repeated(RACES, async () => {
      const content = random.bytes(2 * CHUNK);
      const old = await Promise.all(Array.from({ length: 10 }, () => newUpload(content).complete()));
      const coming = Array.from({ length: 10 }, () => newUpload(content));
      await Promise.all(coming.map((upload) => upload.send(0)));
      const deletes = old.map(({ id }) => removeFile(id));
      const answers = await Promise.all(coming.map((upload) => upload.send(1)));
      await Promise.all(deletes);

      for (const answer of answers) {
        const file = await fileOf(product, [resultOf(answer)]);
        expect(await product.download(file.id)).toEqual(content);
      }
      await removeAll();
    }),
  );
});

/** One last chunk against one cancel. */
async function raceCancel(upload: DropzoneUpload, delayMs: number): Promise<void> {
  const [first] = await upload.sendAll([0, 1]);
  const { id } = resultOf(first as Answer).upload;
  const cancelling = pause(delayMs).then(() => remove(`/api/uploads/${id}`));
  const [sent, cancelled] = await Promise.all([upload.send(2), cancelling]);

  expect([204, 409]).toContain(cancelled.status);
  if (cancelled.status === 409) await fileOf(product, [resultOf(sent)]);
  const { state } = (await product.status(id)).upload;
  const files = (await product.files()).filter(({ name }) => name === upload.source.name).length;
  expect(ENDINGS).toContainEqual({ cancel: cancelled.status, state, files });
}

/** What may become of an upload whose last chunk races a cancel. */
const ENDINGS = [
  { cancel: 204, state: 'cancelled', files: 0 },
  { cancel: 409, state: 'complete', files: 1 },
];

it(
  `${RACES} times a dozen last chunks race cancels: each is a whole file or a cancelled upload, never both`,
  ...repeated(RACES, async () => {
    // At once, so that they wait for each other in the middle of what they do.
    await Promise.all(Array.from({ length: 12 }, () => raceCancel(newUpload(), random.integer(60))));
    await removeAll();
  }),
);
