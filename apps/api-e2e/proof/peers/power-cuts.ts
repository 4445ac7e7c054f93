import type { Random } from '../../support/random.js';
import type { PeerUpload } from './peer.js';
import type { PoweredPeer } from './powered-peer.js';
import { finish, judge, none, underWork, wish, type Damage, type Scenario } from './scenarios.js';

/** Of what the disk lost and what the server says it lost, what is more: one of both may not see all of it. */
function withLost(damage: Damage, { lostBytes }: PoweredPeer): Damage {
  return { ...damage, lostBytes: Math.max(damage.lostBytes, lostBytes) };
}

const work = underWork<PoweredPeer>(
  'power cut right after a chunk was answered',
  'whether an answer comes before the disk has the bytes: what only the system had is gone, which is up to half a minute of it',
  (peer) => peer.cut(),
  0,
);

const underClients: Scenario<PoweredPeer> = {
  ...work,
  run: async (peer, random, size) => withLost(await work.run(peer, random, size), peer),
};

const afterTheLast: Scenario<PoweredPeer> = {
  name: 'power cut right after a file was whole',
  shows: 'whether a file that was said to be whole is there afterwards: its client has nothing more to send',
  async run(peer: PoweredPeer, random: Random, size: number) {
    const damage = none();
    const ended: (readonly [PeerUpload, boolean])[] = [];
    for (let round = 0; round < size; round++) {
      const upload = await peer.begin(wish(random, 1 + random.integer(8)));
      ended.push([upload, await finish(upload)]);
      await peer.cut();
      await peer.start();
    }
    for (const [upload, isWhole] of ended) await judge(upload, isWhole, damage);
    damage.garbage = await peer.garbage(ended.map(([upload]) => upload));
    return withLost(damage, peer);
  },
};

/** On a disk whose power goes. */
export const POWER_CUTS: readonly Scenario<PoweredPeer>[] = [underClients, afterTheLast];
