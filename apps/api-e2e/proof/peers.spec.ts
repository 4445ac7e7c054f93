// The same faults for this server, @tus/server with its file store, and what a tutorial teaches: what each of them loses.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Random, SEED } from '../support/random.js';
import { canHaveDisks } from '../support/small-disk.js';
import { FlaskPeer, pythonWithFlask } from './peers/flask-peer.js';
import type { Peer, Setting } from './peers/peer.js';
import { POWER_CUTS } from './peers/power-cuts.js';
import { lackingForPowerDisks, PowerDisk } from './peers/power-disk.js';
import { PoweredPeer } from './peers/powered-peer.js';
import { FULL_DISK, SCENARIOS, type Damage, type Scenario } from './peers/scenarios.js';
import { StowagePeer } from './peers/stowage-peer.js';
import { markdown, type Row } from './peers/table.js';
import { TusPeer } from './peers/tus-peer.js';
import { report } from './support/report.js';

/** Kills of each server, and about as many power cuts. */
const KILLS = Number(process.env.STOWAGE_PEER_KILLS ?? 2);
/** A file that gets the table, its name without `.md` and `.json`. */
const TABLE = process.env.STOWAGE_PEER_TABLE;
const CUTS_OF_EACH_KIND = Math.ceil(KILLS / POWER_CUTS.length);
const SMALL_DISK = 8 * 1024 * 1024;
const NOTHING: Damage = { lostBytes: 0, corrupted: 0, partial: 0, stuck: 0, garbage: 0, accepted: 0 };

const python = pythonWithFlask();
type Maker = (setting: Setting) => Peer;
const MAKERS: Readonly<Record<string, Maker | null>> = {
  Stowage: (setting) => new StowagePeer(setting),
  '@tus/server': (setting) => new TusPeer(setting),
  'tutorial (Flask)': python === null ? null : (setting) => new FlaskPeer(python, setting),
};
const hasDisks = canHaveDisks();
const lacking = lackingForPowerDisks();
const leftOut = [
  ...(python === null ? ['The tutorial’s server was not run: no Python with Flask is installed.'] : []),
  ...(hasDisks ? [] : ['No disk was full: the machine gives no mount namespaces.']),
  ...(lacking === null ? [] : [`The power was not cut: that needs ${lacking}.`]),
];
const rows: Row[] = [];
let kills = 0;
let powerCuts = 0;

/** A scenario, and the kind of peer that it needs. */
interface Trial {
  readonly scenario: { readonly name: string; readonly shows: string };
  readonly damageBy: (make: Maker) => Promise<Damage>;
}

function trial<P extends Peer>(scenario: Scenario<P>, peerOf: (make: Maker) => P, size = KILLS): Trial {
  return {
    scenario,
    damageBy: async (make) => {
      const peer = peerOf(make);
      try {
        await peer.start();
        // The same draws for each of them.
        return await scenario.run(peer, new Random(`peers ${scenario.name}`), size);
      } finally {
        await peer.dispose();
      }
    },
  };
}

afterAll(() => {
  const names = Object.keys(MAKERS);
  const done = `${kills} kills and ${powerCuts} power cuts of each server`;
  process.stderr.write(`\nseed ${SEED}, ${done}\n${markdown(names, rows)}\n`);
  for (const sentence of leftOut) process.stderr.write(`${sentence}\n`);
  for (const { fault, shows } of rows) process.stderr.write(`  ${fault}: ${shows}\n`);
  if (TABLE !== undefined) {
    writeFileSync(`${TABLE}.md`, `Seed \`${SEED}\`, ${done}.\n\n${markdown(names, rows)}\n`);
    writeFileSync(`${TABLE}.json`, `${JSON.stringify({ seed: SEED, kills, powerCuts, rows }, null, 2)}\n`);
  }
  const own = rows.flatMap(({ damage }) => (damage.Stowage ? [damage.Stowage] : []));
  const sum = (name: keyof Damage) => own.reduce((total, damage) => total + damage[name], 0);
  report({
    ...{ kills, powerCuts },
    lost: sum('lostBytes'),
    partial: sum('partial'),
    orphans: sum('garbage'),
    otherFaults: sum('corrupted') + sum('stuck') + sum('accepted'),
  });
});

/** The processes of those that are killed are started before they are needed. */
const powered = (make: Maker) => new PoweredPeer(make({ restarts: true }));
const trials: readonly Trial[] = [
  ...SCENARIOS.map((scenario) => trial(scenario, (make) => make({ restarts: scenario === SCENARIOS[0] }))),
  ...(hasDisks ? [trial(FULL_DISK, (make) => make({ diskSize: SMALL_DISK }))] : []),
  ...(lacking === null ? POWER_CUTS.map((cut) => trial(cut, powered, CUTS_OF_EACH_KIND)) : []),
];

describe('what others do to an upload does nothing to one of ours', () => {
  it.each(trials.map((each) => [each.scenario.name, each] as const))(
    '%s',
    async (_, { scenario, damageBy }) => {
      const damage: Record<string, Damage | null> = {};
      rows.push({ fault: scenario.name, shows: scenario.shows, damage });
      for (const [name, make] of Object.entries(MAKERS)) damage[name] = make === null ? null : await damageBy(make);
      if (scenario === SCENARIOS[0]) kills += KILLS;
      if (POWER_CUTS.some((each) => each === scenario)) powerCuts += CUTS_OF_EACH_KIND;
      expect(damage.Stowage).toEqual(NOTHING);
    },
    60_000 + KILLS * 30_000,
  );
});

if (lacking === null) {
  it('a power cut takes away what was not synced, and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stowage-power-cut-'));
    const disk = await PowerDisk.on(folder);
    try {
      // With ext4 a new file's name goes with it.
      writeFileSync(join(folder, 'synced'), 'held', { flush: true });
      writeFileSync(join(folder, 'written'), 'held');
      await disk.keep();
      expect(readdirSync(folder).toSorted()).toEqual(['synced', 'written']);
      disk.restore();
      expect(readdirSync(folder)).toEqual(['synced']);
      expect(readFileSync(join(folder, 'synced'), 'utf8')).toBe('held');
    } finally {
      await disk.dispose();
      rmSync(folder, { recursive: true });
    }
  });
}
