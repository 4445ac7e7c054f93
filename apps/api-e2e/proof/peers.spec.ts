// The same faults for this server, @tus/server with its file store, and what a tutorial teaches: what each of them loses.
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Random, SEED } from '../support/random.js';
import { canHaveDisks } from '../support/small-disk.js';
import { FlaskPeer, pythonWithFlask } from './peers/flask-peer.js';
import type { Peer } from './peers/peer.js';
import { FULL_DISK, SCENARIOS, type Damage, type Scenario } from './peers/scenarios.js';
import { StowagePeer } from './peers/stowage-peer.js';
import { markdown, type Row } from './peers/table.js';
import { TusPeer } from './peers/tus-peer.js';
import { report } from './support/report.js';

/** Kills of each server. */
const KILLS = Number(process.env.STOWAGE_PEER_KILLS ?? 2);
/** A file that gets the table, its name without `.md` and `.json`. */
const TABLE = process.env.STOWAGE_PEER_TABLE;
const SMALL_DISK = 8 * 1024 * 1024;
const NOTHING: Damage = { lostBytes: 0, corrupted: 0, partial: 0, stuck: 0, garbage: 0, accepted: 0 };

const python = pythonWithFlask();
const MAKERS: Readonly<Record<string, ((diskSize: number | null) => Peer) | null>> = {
  Stowage: (diskSize) => new StowagePeer(diskSize),
  '@tus/server': (diskSize) => new TusPeer(diskSize),
  'tutorial (Flask)': python === null ? null : (diskSize) => new FlaskPeer(python, diskSize),
};
const rows: Row[] = [];
let kills = 0;

async function damageBy(scenario: Scenario, make: (diskSize: number | null) => Peer): Promise<Damage> {
  const peer = make(scenario === FULL_DISK ? SMALL_DISK : null);
  try {
    await peer.start();
    // The same draws for each of them.
    return await scenario.run(peer, new Random(`peers ${scenario.name}`), KILLS);
  } finally {
    await peer.dispose();
  }
}

afterAll(() => {
  const names = Object.keys(MAKERS);
  process.stderr.write(`\nseed ${SEED}, ${KILLS} kills of each\n${markdown(names, rows)}\n`);
  if (python === null) process.stderr.write('The tutorial’s server was not run: no Python with Flask is installed.\n');
  for (const { fault, shows } of rows) process.stderr.write(`  ${fault}: ${shows}\n`);
  if (TABLE !== undefined) {
    writeFileSync(`${TABLE}.md`, `Seed \`${SEED}\`, ${KILLS} kills of each server.\n\n${markdown(names, rows)}\n`);
    writeFileSync(`${TABLE}.json`, `${JSON.stringify({ seed: SEED, kills: KILLS, rows }, null, 2)}\n`);
  }
  const own = rows.flatMap(({ damage }) => (damage.Stowage ? [damage.Stowage] : []));
  const sum = (name: keyof Damage) => own.reduce((total, damage) => total + damage[name], 0);
  report({
    kills,
    lost: sum('lostBytes'),
    partial: sum('partial'),
    orphans: sum('garbage'),
    otherFaults: sum('corrupted') + sum('stuck') + sum('accepted'),
  });
});

const scenarios = [...SCENARIOS, ...(canHaveDisks() ? [FULL_DISK] : [])];

describe('what others do to an upload does nothing to one of ours', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    async (_, scenario) => {
      const damage: Record<string, Damage | null> = {};
      rows.push({ fault: scenario.name, shows: scenario.shows, damage });
      for (const [name, make] of Object.entries(MAKERS))
        damage[name] = make === null ? null : await damageBy(scenario, make);
      if (scenario === SCENARIOS[0]) kills += KILLS;
      expect(damage.Stowage).toEqual(NOTHING);
    },
    60_000 + KILLS * 30_000,
  );
});
