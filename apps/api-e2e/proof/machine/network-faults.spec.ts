import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { until } from '../../support/until.js';
import { NetworkWorld } from './support/network-world.js';
import type { TestNetwork } from './support/test-network.js';
import { whereNetworksFail } from './support/where-there-is.js';

/** Of each kind. */
const FAULTS = Number(process.env.STOWAGE_NETWORK_FAULTS);
/** Milliseconds until everybody goes on once the network is well again. */
const MOST_UNTIL_RESUMED = 5_000;
/** Milliseconds without a byte after which a client gives a request up. */
const PATIENCE = 2_500;

interface Fault {
  readonly what: string;
  readonly counted: string;
  readonly cause: (network: TestNetwork) => void;
  readonly end: (network: TestNetwork) => void;
  /** Longest it lasts, in milliseconds. */
  readonly lasts: number;
}

function heal(network: TestNetwork): void {
  network.heal();
}

function losing(perCent: number): Fault {
  return {
    ...{ what: `loses ${perCent} % of its packets`, counted: `losses${perCent}PerCent`, lasts: 5_000, end: heal },
    cause: (network) => {
      network.lose(perCent * 10);
    },
  };
}

const NETWORK_FAULTS: readonly Fault[] = [
  losing(1),
  losing(5),
  losing(10),
  {
    ...{ what: 'resets connections', counted: 'resets', lasts: 4_000, end: heal },
    cause: (network) => {
      network.reset(5);
    },
  },
  {
    ...{ what: 'swallows everything without a word', counted: 'halfOpenPauses', lasts: 8_000, end: heal },
    cause: (network) => {
      network.silence();
    },
  },
  {
    ...{ what: 'is unplugged', counted: 'unplugs', lasts: 5_000 },
    cause: (network) => {
      network.unplug();
    },
    end: (network) => {
      network.plugIn();
    },
  },
  {
    ...{ what: 'lets 64 KiB a second through', counted: 'narrowLinks', lasts: 6_000, end: heal },
    cause: (network) => {
      network.narrow(64 * 1024);
    },
  },
];

whereNetworksFail('networks that fail').each(NETWORK_FAULTS)('a network that $what', (fault) => {
  const { what, counted, cause, end, lasts } = fault;
  const world = new NetworkWorld(`network that ${what}`, PATIENCE);
  beforeAll(() => world.begin());
  afterAll(() => world.end());

  it(
    `costs nobody anything, ${FAULTS} times: all go on within ${MOST_UNTIL_RESUMED / 1000} s of its end, and nothing is left over`,
    async () => {
      const { fleet, network, product } = world;
      for (let time = 1; time <= FAULTS; time++) {
        await fleet.workThrough(async () => {
          await fleet.allGoOn(performance.now());
          await pause(fleet.draw(300));
          cause(network);
          world.count(counted);
          await pause(lasts / 2 + fleet.draw(lasts / 2));
          end(network);
          const took = await fleet.allGoOn(performance.now());
          world.countPeak('peakResumeMs', took);
          expect(took).toBeLessThanOrEqual(MOST_UNTIL_RESUMED);
        });
        expect({ time, wrong: await fleet.verdict() }).toEqual({ time, wrong: [] });
      }
      await fleet.finish();
      await until('no file is open any more', () => world.openFiles.length === 0, 60_000);
      expect(await fleet.end()).toEqual([]);
      expect(product.wrong).toEqual([]);
      // Every break of a connection costs what was under way on it, and never what was acknowledged.
      expect(fleet.resent.again).toBeLessThanOrEqual(fleet.resent.broken);
      process.stderr.write(
        `${FAULTS} times a network that ${what}: gone on after ${world.caused.get('peakResumeMs')} ms at most; ` +
          `${product.tally}; ${fleet.summary}\n`,
      );
    },
    120_000 + FAULTS * 90_000,
  );
});
