import { describe, expect, it } from '@jest/globals';
import { balanced } from '../support/conservation.js';
import { peakMemory } from '../support/disk.js';
import { Product } from '../support/product.js';
import { Load } from './support/load.js';
import { canLimitMemory, MemoryCgroup } from './support/memory-cgroup.js';
import { report } from './support/report.js';
import { tally } from './support/tally.js';

/** Uploads at once. */
const UPLOADS = Number(process.env.STOWAGE_CEILING_UPLOADS ?? 20);
const MIB = 1024 * 1024;

const withCeilings = (await canLimitMemory()) ? describe : describe.skip;

withCeilings('under a ceiling of memory', () => {
  it.each([512, 256])(
    `of %i MiB, ${UPLOADS} uploads at once with chunks of 5 MiB all complete, and nothing is killed`,
    async (ceiling) => {
      const group = new MemoryCgroup(ceiling * MIB);
      const product = new Product({ env: { LOG_LEVEL: 'warn' }, within: group.within });
      const load = new Load(product, `ceiling ${ceiling}`);
      let wrong: string[] = [];
      try {
        await product.start();
        await load.run(UPLOADS);
        wrong = await balanced(product);
        expect(wrong).toEqual([]);
        expect(group.oomKills).toBe(0);
      } finally {
        // One that was killed has none any more.
        const resident = product.process.isRunning ? Math.round(peakMemory(product.process.pid) / MIB) || 0 : 0;
        report({
          [`uploadsUnder${ceiling}Mib`]: UPLOADS,
          ...{ oomKills: group.oomKills, requestsAnsweredBusy: load.busy },
          [`peakResidentMibUnder${ceiling}Mib`]: resident,
          ...tally(wrong),
        });
        process.stderr.write(
          `${UPLOADS} uploads under ${ceiling} MiB: peak resident ${resident} MiB, in all with files ` +
            `${Math.round((group.peak ?? 0) / MIB)} MiB, ${group.oomKills} killed, ${load.busy} of ${load.requests} busy\n`,
        );
        // It throws when the product was killed.
        await product.dispose().finally(() => group.remove());
      }
    },
    60_000 + UPLOADS * 4_000,
  );
});
