import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { balanced } from '../support/conservation.js';
import { DropzoneUpload, fileOf, resultOf } from '../support/dropzone.js';
import type { Answer } from '../support/http.js';
import { Product } from '../support/product.js';
import { Random } from '../support/random.js';
import { report } from './support/report.js';
import { RestSender, type Sender } from './support/rest-sender.js';

/** 1000 for the figures of docs/evidence/engine.md. */
const RACES = Number(process.env.STOWAGE_QUOTA_RACES ?? 3);
const RIVALS = 50;
const CHUNK = 1_000;
const SIZE = 2 * CHUNK;
const QUOTA = 10 * SIZE + 1;

const product = new Product({ env: { STOWAGE_QUOTA: String(QUOTA) } });
const random = new Random('quota');
const database = () => new Client({ connectionString: product.databaseUrl });
let watcher: Client;
let made = 0;
let [raced, bytesOverQuota] = [0, 0];
beforeAll(async () => {
  await product.start();
  watcher = database();
  await watcher.connect();
});
afterAll(async () => {
  report({ uploadsForTheLastPlace: raced * RIVALS, quotaRaces: raced, bytesOverQuota });
  await watcher.end();
  await product.dispose();
});

/** Over Dropzone's form or over REST, in turns. */
function newUpload(): Sender {
  const source = { name: `file ${++made}`, content: random.bytes(SIZE), chunkSize: CHUNK };
  return made % 2 === 0 ? new DropzoneUpload(product, source) : new RestSender(product, source, random);
}

async function taken(): Promise<number> {
  const { rows } = await watcher.query<{ taken: string }>(`SELECT used_bytes + reserved_bytes AS taken FROM spaces`);
  return Number(rows[0]?.taken);
}

function isRefusal(answer: Answer): boolean {
  return answer.status === 413 && answer.problem.code === 'quota-exceeded';
}

it(
  `${RACES} times ${RIVALS} uploads race for the last place of the quota: one gets it, and no byte is over`,
  async () => {
    const held = await Promise.all(Array.from({ length: 9 }, () => newUpload().send(0)));
    expect(held.map(({ status }) => status)).toEqual(held.map(() => 200));

    for (let race = 0; race < RACES; race++) {
      const rivals = Array.from({ length: RIVALS }, () => newUpload());
      const answers = await Promise.all(rivals.map((rival) => rival.send(0)));
      const won = answers.findIndex(({ status }) => status === 200);
      const over = Math.max(0, (await taken()) - QUOTA);
      raced += 1;
      bytesOverQuota += over;
      expect({ race, over }).toEqual({ race, over: 0 });
      expect(answers.filter(isRefusal)).toHaveLength(RIVALS - 1);

      const last = (await rivals[won]?.send(1)) ?? answers[0];
      const file = await fileOf(product, [resultOf(last as Answer)]);
      expect(await taken()).toBe(10 * SIZE);
      expect((await product.send(`/api/files/${file.id}?permanent=true`, { method: 'DELETE' })).status).toBe(204);
      expect(await taken()).toBe(9 * SIZE);
    }
    expect(await balanced(product)).toEqual([]);
  },
  60_000 + RACES * 10_000,
);
