import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spaceSchema } from '@stowage/contract';
import { balanced } from '../support/conservation.js';
import { program, somebody } from '../support/people.js';
import { Product } from '../support/product.js';
import { newSpace, setRole } from '../support/spaces.js';
import { Visitor } from '../support/visitor.js';

/** 200 for the figures of docs/evidence/wish-list.md. */
const RACES = Number(process.env.STOWAGE_SPACE_RACES ?? 3);
const RIVALS = 50;
const PASSWORD = 'a walrus in the kitchen';

const product = new Product();
beforeAll(() => product.start());
afterAll(() => product.dispose());

it(
  `${RACES} times ${RIVALS} uploads of five principals race for the last byte of a space: one gets it`,
  async () => {
    const maria = new Visitor(product);
    await maria.setUp('Maria', PASSWORD);
    const { id } = await newSpace(maria, 'Film');
    const principals: Visitor[] = [maria];
    for (const name of ['Adam', 'Berta']) {
      const person = await somebody(product, maria, name, 'member');
      await setRole(maria, id, person, 'editor');
      principals.push(person.visitor, (await program(product, person.visitor, ['uploads:write'])).visitor);
    }
    expect((await maria.sendJson('PATCH', `/api/spaces/${id}`, { quota: 100 })).status).toBe(200);
    const begin = (by: Visitor | undefined, name: string, length: number) =>
      (by ?? maria).sendJson('POST', '/api/uploads', { name, space: id, length });
    expect((await begin(maria, 'most of it', 99)).status).toBe(201);
    for (let race = 0; race < RACES; race++) {
      const answers = await Promise.all(
        Array.from({ length: RIVALS }, (_, rival) => begin(principals[rival % 5], `${race} ${rival}`, 1)),
      );
      const { used, reserved } = (await maria.send(`/api/spaces/${id}`)).as(spaceSchema);
      expect({ race, over: Math.max(0, used + reserved - 100) }).toEqual({ race, over: 0 });
      const won = answers.filter(({ status }) => status === 201);
      expect(won).toHaveLength(1);
      const refused = answers.filter(({ status }) => status === 413);
      expect(refused.map(({ problem }) => problem.code)).toEqual(Array(RIVALS - 1).fill('quota-exceeded'));
      expect((await maria.send(String(won[0]?.headers.location), { method: 'DELETE' })).status).toBe(204);
    }
    expect(await balanced(product)).toEqual([]);
  },
  60_000 + RACES * 10_000,
);
