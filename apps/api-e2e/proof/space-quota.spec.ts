import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spaceSchema } from '@stowage/contract';
import { balanced } from '../support/conservation.js';
import { encodeForm } from '../support/form.js';
import type { Answer, Ask } from '../support/http.js';
import { Holder, entriesOf, newLink } from '../support/links.js';
import { program, somebody } from '../support/people.js';
import { Product } from '../support/product.js';
import { newSpace, setRole } from '../support/spaces.js';
import { Visitor } from '../support/visitor.js';
import { report } from './support/report.js';

/** 200 for the figures of docs/evidence/wish-list.md. */
const RACES = Number(process.env.STOWAGE_SPACE_RACES ?? 3);
const RIVALS = 50;
const PASSWORD = 'a walrus in the kitchen';

const product = new Product();
beforeAll(() => product.start());
afterAll(async () => {
  report({ uploadsForTheLastByte: raced * RIVALS, quotaRaces: raced, bytesOverQuota });
  await product.dispose();
});

let [raced, bytesOverQuota] = [0, 0];

/** Somebody who uploads into the space: begins an upload of a byte, or sends it in a form, as a file whose length is not told. */
interface Rival {
  readonly begin: (name: string, length: number) => Promise<Answer>;
  readonly send: (name: string) => Promise<Answer>;
  readonly cancel: (upload: string) => Promise<Answer>;
}

interface Asker {
  send(path: string, ask: Ask): Promise<Answer>;
}

function rivalBy(by: Asker, at: string, space: string | null): Rival {
  const place = space === null ? {} : { space };
  return {
    begin: (name, length) => {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ name, length, ...place });
      return by.send(`${at}/uploads`, { method: 'POST', headers, body });
    },
    send: (name) => {
      const fields = Object.entries(place).map(([field, value]) => ({ name: field, value }));
      const { contentType, body } = encodeForm([...fields, { name: 'file', value: 'x', fileName: name }]);
      const to = space === null ? `${at}/upload` : '/upload';
      return by.send(to, { method: 'POST', headers: { 'Content-Type': contentType }, body });
    },
    cancel: (upload) => by.send(upload, { method: 'DELETE' }),
  };
}

it(
  `${RACES} times ${RIVALS} uploads of five principals race for the last byte of a space: one gets it`,
  async () => {
    const maria = new Visitor(product);
    await maria.setUp('Maria', PASSWORD);
    const { id } = await newSpace(maria, 'Film');
    const [adam, berta] = [
      await somebody(product, maria, 'Adam', 'member'),
      await somebody(product, maria, 'Berta', 'member'),
    ];
    await setRole(maria, id, adam, 'editor');
    await setRole(maria, id, berta, 'contributor');
    const again = new Visitor(product);
    expect((await again.signIn('Maria', PASSWORD)).status).toBe(200);
    const rivals: Rival[] = [
      rivalBy(maria, '/api', id),
      rivalBy(again, '/api', id),
      rivalBy((await program(product, adam.visitor, ['uploads:write'])).visitor, '/api', id),
      rivalBy(berta.visitor, '/api', id),
    ];
    const people = rivals.length;
    expect((await maria.sendJson('PATCH', `/api/spaces/${id}`, { quota: 100 })).status).toBe(200);
    expect((await rivals[0]?.begin('most of it', 99))?.status).toBe(201);
    const taken = async () => {
      const { used, reserved } = (await maria.send(`/api/spaces/${id}`)).as(spaceSchema);
      return used + reserved;
    };
    for (let race = 0; race < RACES; race++) {
      // One network begins a thousand uploads by one link, and then slowly.
      if (race % 50 === 0) {
        const { slug } = await newLink(maria, { kind: 'request', entry: id });
        rivals[people] = rivalBy(new Holder(product, slug), `/r/${slug}`, null);
      }
      const answers = await Promise.all(
        Array.from({ length: RIVALS }, (_, index) => {
          const rival = rivals[index % rivals.length] as Rival;
          const name = `${race} ${index}`;
          return Math.floor(index / rivals.length) % 2 === race % 2 ? rival.begin(name, 1) : rival.send(name);
        }),
      );
      const over = Math.max(0, (await taken()) - 100);
      raced += 1;
      bytesOverQuota += over;
      expect({ race, over }).toEqual({ race, over: 0 });
      const won = answers.flatMap((answer, index) => (answer.status < 300 ? [{ answer, index }] : []));
      expect(won.map(({ answer }) => answer.status)).toEqual([201]);
      const refused = answers.filter(({ status }) => status > 299);
      expect(new Set(refused.map(({ status, problem }) => `${status} ${problem.code}`))).toEqual(
        new Set(['413 quota-exceeded']),
      );
      // The byte is free again: of a file that has come, or of an upload that has begun.
      for (const entry of await entriesOf(maria, id))
        await maria.send(`/api/entries/${entry.id}?permanent=true`, { method: 'DELETE' });
      const { answer, index } = won[0] as (typeof won)[0];
      if (answer.headers.location !== undefined) await rivals[index % rivals.length]?.cancel(answer.headers.location);
      expect(await taken()).toBe(99);
    }
    expect(await balanced(product)).toEqual([]);
  },
  60_000 + RACES * 10_000,
);
