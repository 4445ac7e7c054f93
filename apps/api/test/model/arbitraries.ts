import { expect } from '@jest/globals';
import fc from 'fast-check';
import { Act, Ask, DieDuring, type ModelCommand, type Verb } from './commands.js';
import { append, writeChunk, type ChunkFacts } from './model-bytes.js';
import { begin, cancel, complete, extend } from './model-requests.js';
import { contiguousEnd, digestOf, type BeginFacts, type Bytes, type Model, type ModelUpload } from './model.js';
import * as requests from './requests.js';
import { answerOf } from './world.js';

const CHUNK = 4;
const POLICIES = ['reject', 'rename', 'replace'] as const;
const which = fc.nat({ max: 5 });
const name = fc.constantFrom('a.txt', 'b.txt');
const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

/** The byte that files of one kind have at a place; few kinds, so that files have equal contents. */
function bytesAt(kind: number, offset: number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => 1 + ((kind * 101 + (offset + at) * 7) % 250)));
}

const kindOf = ({ facts }: ModelUpload) => facts.conflict.length % 2;

const facts = fc.record({
  key: fc.option(fc.constantFrom('k1', 'k2', 'rest/k1', 'rest/k2'), { freq: 3 }),
  name,
  length: fc.option(fc.constantFrom(0, 6, 8, 8, 8, 12, 30), { freq: 4 }),
  conflict: fc.constantFrom(...POLICIES),
  declares: fc.constantFrom('nothing', 'nothing', 'the digest', 'another'),
});

function factsOf({
  key,
  declares,
  length,
  conflict,
  name,
}: typeof facts extends fc.Arbitrary<infer T> ? T : never): BeginFacts {
  const isForm = key !== null && !key.startsWith('rest/');
  const digest = declares === 'another' ? 'f'.repeat(64) : digestOf(bytesAt(conflict.length % 2, 0, length ?? 0));
  const sha256 = isForm || declares === 'nothing' ? null : digest;
  return { key, name, length: isForm ? (length ?? 8) : length, chunkSize: isForm ? CHUNK : null, conflict, sha256 };
}

const begins: fc.Arbitrary<ModelCommand> = fc.tuple(facts, fc.boolean()).map(([drawn, asksAgain]) => {
  const plan = factsOf(drawn);
  return new Act(`begin ${JSON.stringify({ ...plan, asksAgain })}`, async (model, world) => {
    const expected = begin(model, plan, asksAgain);
    expect(await answerOf(requests.begin(world.engine, plan, asksAgain))).toBe(expected);
  });
});

const range = fc.record({
  which,
  offset: fc.constantFrom(0, 0, 2, 4, 4, 6, 8),
  length: fc.constantFrom(0, 1, 2, 4, 4, 8),
  fault: fc.constantFrom('none', 'none', 'none', 'none', 'short', 'long', 'broken', 'wrong digest'),
  other: fc.constantFrom(0, 0, 0, 1),
  digest: fc.boolean(),
  begins: fc.boolean(),
} as const);

const chunks: fc.Arbitrary<Verb> = range.map((drawn) => {
  const { which, offset, length, fault, other } = drawn;
  const of = (upload: ModelUpload): ChunkFacts => {
    const bytes = bytesAt(kindOf(upload) + 2 * other, offset, length);
    const declared = fault === 'wrong digest' ? 'e'.repeat(64) : drawn.digest ? digestOf(bytes) : null;
    return { offset, bytes, fault, digest: declared, begins: drawn.begins };
  };
  return {
    label: `chunk ${JSON.stringify(drawn)}`,
    which,
    expect: (model, upload) => writeChunk(model, upload, of(upload)),
    ask: (engine, upload) => requests.writeChunk(engine, upload.id, of(upload)),
  };
});

const appended = fc.record({
  which,
  /** How far from where it should be. */
  off: fc.constantFrom(0, 0, 0, 0, 0, 1, 3),
  length: fc.constantFrom(0, 2, 4, 8, 8, 13),
  broken: fc.constantFrom(false, false, false, true),
});

const appends: fc.Arbitrary<Verb> = appended.map((drawn) => {
  const { which, off, length, broken } = drawn;
  const of = (upload: ModelUpload): Bytes => {
    const offset = contiguousEnd(upload) + off;
    return { offset, bytes: bytesAt(kindOf(upload), offset, length) };
  };
  return {
    label: `append ${JSON.stringify(drawn)}`,
    which,
    expect: (model, upload) => append(model, upload, of(upload), broken),
    ask: (engine, upload) => requests.append(engine, upload.id, of(upload), broken),
  };
});

const completes: fc.Arbitrary<Verb> = fc
  .tuple(which, some(fc.constantFrom('a.txt', 'c.txt')), some(fc.constantFrom(...POLICIES)))
  .map(([which, name, conflict]) => ({
    label: `complete ${JSON.stringify({ which, name, conflict })}`,
    which,
    expect: (model, upload) => complete(model, upload, name, conflict),
    ask: (engine, { id }) => requests.complete(engine, id, name, conflict),
  }));

const cancels: fc.Arbitrary<Verb> = which.map((which) => ({
  label: `cancel ${which}`,
  which,
  expect: cancel,
  ask: (engine, { id }) => requests.cancel(engine, id),
}));

const deletes: fc.Arbitrary<Verb> = which.map((which) => ({
  label: `delete the file of ${which}`,
  which,
  expect: (model, _upload, position) => String(model.files.delete(position)),
  ask: async (engine, { id }) => ({ state: String(await requests.deleteFile(engine, id)) }),
}));

const extensions: fc.Arbitrary<Verb> = which.map((which) => ({
  label: `extend ${which}`,
  which,
  expect: extend,
  ask: async (engine, { id }) => (await engine.changes.extend(id)).upload,
}));

function act(
  label: string,
  work: (model: Model, signal: AbortSignal, world: Parameters<Act['run']>[1]) => Promise<void>,
) {
  return fc.constant(new Act(label, (model, world) => work(model, new AbortController().signal, world)));
}

const time: fc.Arbitrary<ModelCommand>[] = [
  act('a week passes', async (model, _signal, { engine }) => {
    await engine.database.query(
      `UPDATE uploads SET expires_at = now() - interval '1 second' WHERE state = 'receiving'`,
    );
    await engine.database.query(`UPDATE uploads SET ended_at = now() - interval '8 days' WHERE ended_at IS NOT NULL`);
    for (const upload of model.uploads)
      Object.assign(upload, upload.state === 'receiving' ? { due: true } : { old: true });
  }),
  act('upkeep', async (model, signal, { engine }) => {
    await engine.upkeep.run(signal);
    model.upkeep();
  }),
  act('reconcile', (_model, signal, { engine }) => engine.reconcile.run(signal)),
  act('collect', (_model, signal, { engine }) => engine.collector.pass(signal)),
];

const verb = fc.oneof(
  { weight: 6, arbitrary: chunks },
  { weight: 4, arbitrary: appends },
  { weight: 3, arbitrary: completes },
  { weight: 1, arbitrary: cancels },
  { weight: 2, arbitrary: deletes },
  { weight: 1, arbitrary: extensions },
);

/** Everything that can happen to a server, one after the other. */
export const commands = fc.commands(
  [
    ...[1, 2, 3].map(() => begins),
    ...[1, 2, 3, 4, 5, 6, 7, 8].map(() => verb.map((one) => new Ask(one))),
    ...time,
    act('restart', async (model, _signal, world) => {
      await world.restart();
      model.upkeep();
    }),
    fc.tuple(verb, fc.integer({ min: 1, max: 40 })).map(([one, step]) => new DieDuring(one, step)),
  ],
  { maxCommands: 30, size: 'max' },
);
