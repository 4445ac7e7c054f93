import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DropzoneUpload } from '../../support/dropzone.js';
import { sha256 } from '../../support/random.js';
import { until } from '../../support/until.js';
import { readyAgain } from '../support/patience.js';
import { DiskWorld } from './support/disk-world.js';
import { SyncJournal } from './support/sync-journal.js';
import { whereDisksFail } from './support/where-there-is.js';

/** Of each kind. */
const FAULTS = Number(process.env.STOWAGE_DISK_FAULTS);

/** Failed syncs after which the fault ends: one, and more than readiness forgives. */
const LENGTHS = [
  { how: 'once, and then succeeds', length: 1, counted: 'disksThatFailOnce' },
  { how: 'for a while', length: 5, counted: 'disksThatFail' },
] as const;

whereDisksFail('disks that fail').each(LENGTHS)('a disk whose sync fails $how', ({ how, length, counted }) => {
  const world = new DiskWorld(`sync fails ${how}`);
  const { product, fleet, random } = world;
  fleet.oracle.diskMayFail = true;
  const journal = new SyncJournal(join(product.folder, 'syncs'));
  beforeAll(() => world.begin({ size: 256, journalElsewhere: true }, journal.env));
  afterAll(() => {
    world.caused.set('failedSyncs', journal.failed);
    world.caused.set('syncsRepeated', journal.again.length);
    world.caused.set('uploadsGivenUp', fleet.oracle.lost.size);
    return world.end();
  });

  it(
    `believes no sync of that file any more, ${FAULTS} times, and what was acknowledged is on the disk itself`,
    async () => {
      for (let fault = 1; fault <= FAULTS; fault++) {
        const kept = await world.neighbour(`kept ${fault}`);
        await fleet.workUntil(async () => {
          const before = journal.failed;
          world.disk.fail();
          world.count(counted);
          await until('it is felt', () => journal.failed >= before + length, 60_000);
          world.disk.heal();
          expect((await product.send('/healthz')).status).toBe(200);
          expect(await world.isWhole(kept)).toBe(true);
          await readyAgain(product);
        });
        expect({ fault, wrong: await fleet.verdict() }).toEqual({ fault, wrong: [] });
        await world.remount();
        expect({ fault, wrong: await fleet.verdict(true) }).toEqual({ fault, wrong: [] });
      }
      expect(await fleet.end()).toEqual([]);
      expect(journal.again).toEqual([]);
      expect(product.wrong).toEqual([]);
      expect(fleet.oracle.lost.size).toBeGreaterThan(0);
      process.stderr.write(
        `${FAULTS} times a sync that fails ${how}: ${journal.failed} failed, ${fleet.oracle.lost.size} uploads given up; ` +
          `${product.tally}; ${fleet.summary}\n`,
      );
    },
    120_000 + FAULTS * 60_000,
  );

  it('says so to the client, which sends everything again under the same id', async () => {
    const source = { name: 'again', content: random.bytes(400_000), chunkSize: 100_000 };
    const upload = new DropzoneUpload(product, source);
    expect((await upload.sendAll([0, 1])).map(({ status }) => status)).toEqual([200, 200]);
    world.disk.fail();
    world.count(counted);
    const refused = await upload.send(2);
    world.disk.heal();
    expect([refused.status, refused.problem.code]).toEqual([410, 'bytes-lost']);
    await readyAgain(product);

    const file = await upload.complete();
    await world.remount();
    expect(sha256(await product.download(file.id))).toBe(sha256(source.content));
    expect(journal.again).toEqual([]);
  });
});
