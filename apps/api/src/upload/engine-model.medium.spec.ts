// Real: PostgreSQL, the disk, the engine. Made up: clients, the moment of a death, and the passing of a week.
import { afterAll, beforeAll, it } from '@jest/globals';
import fc from 'fast-check';
import { newHome, removeHome, type Home } from '../../test/engine.js';
import { commands } from '../../test/model/arbitraries.js';
import { checkConservation } from '../../test/model/checks.js';
import { Model } from '../../test/model/model.js';
import { LIMITS, World } from '../../test/model/world.js';
import { FAST_CHECK_SEED, SEED } from '../../test/random.js';
import { MODEL_RUNS as RUNS } from '../../test/rounds.js';

let home: Home;
let world: World;

beforeAll(async () => {
  home = await newHome();
  world = await World.open(home);
});

afterAll(async () => {
  await world.close();
  await removeHome(home);
});

it(
  'answers and holds what the model says, whatever is asked in whatever order',
  async () => {
    process.stderr.write(`STOWAGE_SEED=${SEED} repeats this run: ${RUNS} sequences\n`);
    const property = fc.asyncProperty(commands, async (sequence) => {
      await world.clear();
      const model = new Model(LIMITS.quota, LIMITS.mostOpen);
      await fc.asyncModelRun(() => ({ model, real: world }), sequence);
      await checkConservation(model, world);
    });
    // A failing sequence is made shorter for as long as that pays.
    await fc.assert(property, {
      numRuns: RUNS,
      seed: FAST_CHECK_SEED,
      interruptAfterTimeLimit: RUNS * 30_000,
      endOnFailure: false,
    });
  },
  RUNS * 40_000,
);
