// What a space has used and reserved is a figure that every copy, move, trash, restore, purge, upload and cancel adds to or
// takes from. After each of them, alone and beside others, it is what counting anew gives, and never over the quota.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { operationSchema, spaceSchema } from '@stowage/contract';
import { Client } from 'pg';
import { balanced } from '../support/conservation.js';
import { encodeForm } from '../support/form.js';
import type { Answer } from '../support/http.js';
import { Holder, newLink } from '../support/links.js';
import { Product } from '../support/product.js';
import { Random } from '../support/random.js';
import { newSpace } from '../support/spaces.js';
import { until } from '../support/until.js';
import { Visitor } from '../support/visitor.js';
import { report } from './support/report.js';

/** 400 for the figures of docs/evidence/wish-list.md. */
const STEPS = Number(process.env.STOWAGE_ACCOUNT_STEPS ?? 100);
/** Every so often, so many steps at once. */
const BURST_EVERY = 5;
const BURST = 6;
const QUOTAS = [3_000, 2_000];
const POLICIES = ['reject', 'rename', 'replace'] as const;

const product = new Product();
const random = new Random('space account');
let stepped = 0;
let maria: Visitor;
let watcher: Client;
let spaces: readonly string[];
let holders: readonly Holder[];

beforeAll(async () => {
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', 'a walrus in the kitchen');
  spaces = [(await newSpace(maria, 'Film')).id, (await newSpace(maria, 'Sound')).id];
  for (const [index, quota] of QUOTAS.entries())
    await maria.sendJson('PATCH', `/api/spaces/${spaces[index]}`, { quota });
  holders = await Promise.all(
    spaces.map(async (entry) => new Holder(product, (await newLink(maria, { kind: 'request', entry })).slug)),
  );
  watcher = new Client({ connectionString: product.databaseUrl });
  await watcher.connect();
});
afterAll(async () => {
  report({
    stepsOnTheAccount: stepped,
    changesAccepted: [...accepted.values()].reduce((sum, count) => sum + count, 0),
  });
  await watcher.end();
  await product.dispose();
});

const one = <T>(all: readonly T[]): T => all[random.integer(all.length)] as T;
const size = (): number => one([0, 1, 7, 100, 400]);
/** Few, so that many are taken. */
const name = (): string => `name ${random.integer(8)}.bin`;
const conflict = () => one(POLICIES);

async function idsOf(sql: string): Promise<string[]> {
  const { rows } = await watcher.query<{ id: string }>(`${sql} ORDER BY id`);
  return rows.map(({ id }) => id);
}
/** Any entry, wherever it is, also in the trash: what cannot be done with it is refused. */
const anEntry = async (kind = "'file', 'folder'"): Promise<string> =>
  one([...(await idsOf(`SELECT id FROM entries WHERE kind IN (${kind})`)), 'A'.repeat(22)]);
const aFolder = async (): Promise<string> => one([...spaces, await anEntry("'folder'")]);
const anUpload = async (): Promise<string> =>
  one([...(await idsOf(`SELECT id FROM uploads WHERE state = 'receiving'`)), 'A'.repeat(22)]);

const json = (method: string, path: string, body: unknown): Promise<Answer> => maria.sendJson(method, path, body);

function form(send: (path: string, ask: object) => Promise<Answer>, to: string, fields: Record<string, string>) {
  const parts = Object.entries(fields).map(([field, value]) => ({ name: field, value }));
  const { contentType, body } = encodeForm([...parts, { name: 'file', value: random.bytes(size()), fileName: name() }]);
  return send(to, { method: 'POST', headers: { 'Content-Type': contentType }, body });
}

/** Begins something with several entries, and waits until it is over. */
async function operate(wanted: object): Promise<Answer> {
  const answer = await json('POST', '/api/operations', wanted);
  if (answer.status < 300) await ended(answer);
  return answer;
}
async function ended(answer: Answer): Promise<void> {
  const { id } = answer.as(operationSchema);
  await until('the operation is over', async () => {
    const now = (await maria.send(`/api/operations/${id}`)).as(operationSchema);
    return now.state !== 'running';
  });
}
async function remove(path: string): Promise<Answer> {
  const answer = await maria.send(path, { method: 'DELETE' });
  if (answer.status === 202) await ended(answer);
  return answer;
}

const several = async (): Promise<string[]> => [...new Set([await anEntry(), await anEntry(), await anEntry()])];

/** Everything that changes what a space has used or reserved. */
const ACTIONS: Readonly<Record<string, () => Promise<Answer>>> = {
  'upload by form': async () => form((path, ask) => maria.send(path, ask), '/upload', { folder: await aFolder() }),
  'upload by request': () => {
    const holder = one(holders);
    return form((path, ask) => holder.send(path, ask), `/r/${holder.slug}/upload`, {});
  },
  begin: async () =>
    json('POST', '/api/uploads', {
      ...{ name: name(), folder: await aFolder(), length: one([null, size(), 50]), conflict: conflict() },
    }),
  append: async () => {
    const path = `/api/uploads/${await anUpload()}`;
    const offset = (await maria.send(path, { method: 'HEAD' })).headers['upload-offset'];
    const headers = { 'Upload-Offset': String(offset ?? 0) };
    return maria.send(path, { method: 'PATCH', headers, body: random.bytes(one([1, 20, 50])) });
  },
  complete: async () =>
    json('POST', `/api/uploads/${await anUpload()}/complete`, { name: name(), conflict: conflict() }),
  cancel: async () => remove(`/api/uploads/${await anUpload()}`),
  'make a folder': async () =>
    json('POST', '/api/folders', { parent: await aFolder(), path: `in ${random.integer(4)}` }),
  move: async () => json('PATCH', `/api/entries/${await anEntry()}`, { parent: await aFolder(), conflict: conflict() }),
  'move several': async () =>
    operate({ action: 'move', entries: await several(), to: await aFolder(), conflict: conflict() }),
  copy: async () => operate({ action: 'copy', entries: await several(), to: await aFolder(), conflict: conflict() }),
  trash: async () => remove(`/api/entries/${await anEntry()}`),
  'trash several': async () => operate({ action: 'trash', entries: await several() }),
  restore: async () => json('POST', `/api/entries/${await anEntry()}/restore`, { conflict: conflict() }),
  'restore elsewhere': async () =>
    json('POST', `/api/entries/${await anEntry()}/restore`, { parent: await aFolder(), conflict: conflict() }),
  'restore several': async () => operate({ action: 'restore', entries: await several(), conflict: conflict() }),
  purge: async () => remove(`/api/entries/${await anEntry()}?permanent=true`),
  'purge several': async () => operate({ action: 'purge', entries: await several() }),
  'empty the trash': () => remove(`/api/spaces/${one(spaces)}/trash`),
};
const NAMES = Object.keys(ACTIONS);
const accepted = new Map<string, number>(NAMES.map((action) => [action, 0]));

async function act(action: string): Promise<void> {
  const answer = await (ACTIONS[action] as () => Promise<Answer>)();
  expect([action, answer.status < 500, answer.text]).toEqual([action, true, answer.text]);
  if (answer.status < 300) accepted.set(action, (accepted.get(action) ?? 0) + 1);
}

/** Counts anew what the files and the unfinished uploads of the spaces have. */
async function expectExact(after: readonly string[]): Promise<void> {
  await until('nothing is being completed', async () => {
    return (await idsOf(`SELECT id FROM uploads WHERE state = 'completing'`)).length === 0;
  });
  for (const [index, id] of spaces.entries()) {
    const { rows } = await watcher.query<{ used: string; reserved: string }>(
      `SELECT (SELECT coalesce(sum(b.size), 0) FROM entries e JOIN blobs b ON b.id = e.blob_id WHERE e.space_id = $1) AS used,
         (SELECT coalesce(sum(coalesce(u.length, u.received)), 0) FROM uploads u
          WHERE u.space_id = $1 AND u.state IN ('receiving', 'completing')) AS reserved`,
      [id],
    );
    const { used, reserved } = (await maria.send(`/api/spaces/${id}`)).as(spaceSchema);
    const counted = { used: Number(rows[0]?.used), reserved: Number(rows[0]?.reserved) };
    expect({ after, used, reserved }).toEqual({ after, ...counted });
    expect(used + reserved).toBeLessThanOrEqual(QUOTAS[index] ?? 0);
  }
}

it(
  `${STEPS} steps, each alone or beside others, keep what two spaces have used and reserved exact`,
  async () => {
    let rest: string[] = [];
    for (let step = 0; step < STEPS; step++) {
      // Each of them comes as often as any other.
      if (rest.length < BURST)
        rest = [...rest, ...random.shuffled([...NAMES, 'upload by form', 'begin', 'append', 'copy'])];
      const actions = rest.splice(0, step % BURST_EVERY === 0 ? BURST : 1);
      await Promise.all(actions.map(act));
      await expectExact(actions);
      stepped += 1;
    }
    // A run of refusals would prove nothing.
    expect([...accepted.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(STEPS / 2);
    expect(await balanced(product)).toEqual([]);
  },
  60_000 + STEPS * 2_000,
);
