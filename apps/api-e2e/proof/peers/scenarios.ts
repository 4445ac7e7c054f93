import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../support/random.js';
import { isConnectionLost } from '../support/connection-lost.js';
import { countOf, type Peer, type PeerUpload, type Wish } from './peer.js';

/** What a fault has done to uploads; all of it should be 0. */
export interface Damage {
  /** Bytes that were acknowledged, and that the server holds no more. */
  lostBytes: number;
  /** Files that were said to be whole and have other bytes, or are not there. */
  corrupted: number;
  /** Files that somebody could read, or find by their name, before they were whole. */
  partial: number;
  /** Uploads that their client could not bring to an end, however often it asked. */
  stuck: number;
  /** Bytes that nobody wants any more, and nobody removes. */
  garbage: number;
  /** What was wrong and was taken all the same. */
  accepted: number;
}

const CHUNK = 64 * 1024;
const CLIENTS = 4;

/** One fault, what it can show, and how it is made. */
export interface Scenario<P extends Peer = Peer> {
  readonly name: string;
  readonly shows: string;
  run(peer: P, random: Random, size: number): Promise<Damage>;
}

export const none = (): Damage => ({ lostBytes: 0, corrupted: 0, partial: 0, stuck: 0, garbage: 0, accepted: 0 });

let made = 0;
export const wish = (random: Random, chunks = 4): Wish => ({
  ...{ name: `file-${++made}.bin`, content: random.bytes(chunks * CHUNK - random.integer(CHUNK)), chunkSize: CHUNK },
});

/** Sends what is missing, one chunk after the other; the same one again at most three times. Returns whether all is acknowledged. */
export async function finish(upload: PeerUpload): Promise<boolean> {
  for (let refused = 0; upload.next !== null && refused < 3;) {
    if ((await upload.send(upload.next)) === 'refused') refused += 1;
  }
  return upload.next === null;
}

/** Adds what has become of an upload that its client believes to be whole, or has given up. */
export async function judge(upload: PeerUpload, isWhole: boolean, damage: Damage): Promise<void> {
  const bytes = await upload.visible();
  if (isWhole && bytes?.equals(upload.wish.content) !== true) damage.corrupted += 1;
  if (!isWhole) damage.stuck += 1;
  if (!isWhole && bytes !== null) damage.partial += 1;
}

/**
 * A fault at random moments under clients at work.
 * @param strike makes it; afterwards the peer can be started again. A crash of the whole machine is another one than a kill
 * @param within milliseconds after a chunk was acknowledged; 0: at once
 */
export function underWork<P extends Peer = Peer>(
  name: string,
  shows: string,
  strike: (peer: P) => Promise<void>,
  within = 20,
): Scenario<P> {
  return {
    ...{ name, shows },
    async run(peer, random, size) {
      const damage = none();
      const open = new Set<PeerUpload>();
      const ended: (readonly [PeerUpload, boolean])[] = [];
      for (let round = 0; round < size; round++) {
        await workUntil({ strike: () => strike(peer), within }, peer, random, open, ended);
        await peer.start();
        for (const upload of open) damage.lostBytes += await upload.resume();
      }
      for (const upload of open) ended.push([upload, await finish(upload)]);
      for (const [upload, isWhole] of ended) await judge(upload, isWhole, damage);
      damage.garbage = await peer.garbage(ended.map(([upload]) => upload));
      return damage;
    },
  };
}

const kills = underWork(
  'kill -9 at random moments',
  'what a process holds and has not handed to the system; not what the system has and the disk has not',
  (peer) => peer.kill(),
);

async function workUntil(
  { strike, within }: { readonly strike: () => Promise<void>; readonly within: number },
  peer: Peer,
  random: Random,
  open: Set<PeerUpload>,
  ended: (readonly [PeerUpload, boolean])[],
): Promise<void> {
  let struck = false;
  let acknowledged = 0;
  const moment = 2 + random.integer(20);
  let isTime = (): void => undefined;
  const time = new Promise<void>((resolve) => (isTime = resolve));
  const work = async (label: number): Promise<void> => {
    let upload = [...open][label];
    while (!struck) {
      upload ??= await peer.begin(wish(random));
      open.add(upload);
      const isWhole = await step(upload);
      acknowledged += 1;
      if (acknowledged === moment) isTime();
      if (isWhole === null) continue;
      open.delete(upload);
      ended.push([upload, isWhole]);
      upload = undefined;
    }
  };
  const working = Promise.allSettled(Array.from({ length: CLIENTS }, (_, label) => work(label)));
  // The clients end before their time only when something is wrong, which is thrown below.
  await Promise.race([time, working]);
  if (within > 0) await pause(random.integer(within));
  struck = true;
  await strike();
  for (const outcome of await working) {
    if (outcome.status === 'rejected' && !isConnectionLost(outcome.reason)) throw outcome.reason;
  }
}

/** Sends one chunk; true when all is acknowledged, false when it is refused for good, null when there is more to send. */
async function step(upload: PeerUpload): Promise<boolean | null> {
  if (upload.next === null) return true;
  for (let tries = 0; tries < 3; tries++) {
    if ((await upload.send(upload.next)) !== 'refused') return upload.next === null ? true : null;
  }
  return false;
}

const halfway: Scenario = {
  name: 'looking halfway',
  shows: 'whether a file is there before it is whole',
  async run(peer, random) {
    const damage = none();
    const upload = await peer.begin(wish(random));
    await upload.send(0);
    await upload.send(1);
    if ((await upload.visible()) !== null) damage.partial += 1;
    return damage;
  },
};

const abandoned: Scenario = {
  name: 'client that never comes back',
  shows: 'what stays of an upload that nobody goes on with, as the server is set up by itself',
  async run(peer, random) {
    const damage = none();
    const upload = await peer.begin(wish(random));
    await upload.send(0);
    damage.garbage = await peer.garbage([]);
    if ((await upload.visible()) !== null) damage.partial += 1;
    return damage;
  },
};

const repeated: Scenario = {
  name: 'chunk sent twice (its answer was lost)',
  shows: 'whether the same bytes count twice',
  async run(peer, random) {
    const damage = none();
    const upload = await peer.begin(wish(random));
    await upload.send(0);
    await upload.send(1);
    await upload.send(1);
    await judge(upload, await finish(upload), damage);
    return damage;
  },
};

const reordered: Scenario = {
  name: 'chunks out of order (parallel uploads)',
  shows: 'whether bytes go where they belong; to refuse them is right as well',
  async run(peer, random) {
    const damage = none();
    const upload = await peer.begin(wish(random));
    for (const index of [0, 2, 1, 3]) await upload.send(index);
    await judge(upload, await finish(upload), damage);
    return damage;
  },
};

const finals: Scenario = {
  name: 'last chunk twice at once',
  shows: 'whether two ends of one upload get into each other’s way',
  async run(peer, random) {
    const damage = none();
    const upload = await peer.begin(wish(random));
    const last = countOf(upload.wish) - 1;
    for (let index = 0; index < last; index++) await upload.send(index);
    await Promise.all([upload.send(last), upload.send(last)]);
    await judge(upload, await finish(upload), damage);
    return damage;
  },
};

const digest: Scenario = {
  name: 'chunk with a bit changed on its way',
  shows: 'whether it is taken although the client says its digest; the tutorial’s form has no way to say one',
  async run(peer, random) {
    const damage = none();
    const upload = await peer.begin(wish(random));
    await upload.send(0);
    if ((await upload.send(1, true)) !== 'refused') damage.accepted += 1;
    return damage;
  },
};

/** What each server is put to. */
export const SCENARIOS: readonly Scenario[] = [kills, halfway, abandoned, repeated, reordered, finals, digest];

/** On a disk that is too small for what is sent. */
export const FULL_DISK: Scenario = {
  name: 'disk that is full',
  shows: 'what a server says, and leaves, when there is no more room',
  async run(peer, random) {
    const damage = none();
    const upload = await peer.begin(wish(random, 200));
    const isWhole = await finish(upload);
    // Nobody can bring it to an end on that disk: what counts is what it is said to be.
    if (isWhole) damage.accepted += 1;
    if ((await upload.visible()) !== null) damage.partial += 1;
    return damage;
  },
};
