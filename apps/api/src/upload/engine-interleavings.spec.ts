// Real: the byte path. Made up: disk, rows and clients, and the order in which everything happens.
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { LENGTH, World, type Request } from '../../test/interleavings/world.js';
import { FAST_CHECK_SEED, SEED } from '../../test/random.js';
import { INTERLEAVINGS } from '../../test/rounds.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});

afterEach(() => {
  jest.useRealTimers();
});

const request: fc.Arbitrary<Request> = fc
  .record({
    kind: fc.constantFrom('chunk', 'chunk', 'append'),
    offset: fc.constantFrom(0, 0, 2, 4, 6),
    length: fc.constantFrom(2, 4, 8),
    client: fc.constantFrom('sends all', 'sends all', 'sends all', 'goes away', 'falls silent'),
    begins: fc.boolean(),
  } as const)
  .map((drawn) => ({ ...drawn, length: Math.min(drawn.length, LENGTH - drawn.offset) }));

const answers = fc.array(fc.constantFrom('comes', 'comes', 'lost', 'lost, and late'), { maxLength: 6 });

it('holds what it acknowledges, once and from one writer, in whatever order things happen', async () => {
  process.stderr.write(`STOWAGE_SEED=${SEED} repeats this run: ${INTERLEAVINGS} interleavings\n`);
  const requests = fc.array(request, { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      requests,
      answers,
      fc.boolean(),
      fc.nat({ max: 4 }),
      async (scheduler, sent, answers, cancels, pauses) => {
        const world = new World(scheduler, [...answers]);
        const work = sent.map((request, index) => world.send(request, index));
        if (cancels) work.push(world.cancel());
        for (let pause = 0; pause < pauses; pause++) work.push(world.pause());
        await world.run(Promise.all(work));
        expect(world.verdict()).toEqual([]);
      },
    ),
    { numRuns: INTERLEAVINGS, seed: FAST_CHECK_SEED },
  );
}, 600_000);
