import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { imbalances } from '../support/conservation.js';
import { DropzoneUpload, resultOf } from '../support/dropzone.js';
import { Product } from '../support/product.js';
import { Random } from '../support/random.js';
import { tally } from './support/tally.js';

const product = new Product();
const random = new Random('conservation');
const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
let openId = '';
beforeAll(async () => {
  await product.start();
  const done = new DropzoneUpload(product, { name: 'done', content: random.bytes(3_000), chunkSize: 1_000 });
  const open = new DropzoneUpload(product, { name: 'open', content: random.bytes(3_000), chunkSize: 1_000 });
  await done.complete();
  openId = resultOf(await open.send(1)).upload.id;
});
afterAll(() => product.dispose());

async function sql(statement: string): Promise<void> {
  const database = new Client({ connectionString: product.databaseUrl });
  await database.connect();
  await database.query(statement);
  await database.end();
}

/** A check that never complains would be worth nothing: each fault here is made, found, and undone. */
const FAULTS: readonly {
  readonly fault: string;
  readonly cause: () => unknown;
  readonly end: () => unknown;
  readonly found: RegExp;
}[] = [
  {
    fault: 'a staging file without an upload',
    cause: () => {
      writeFileSync(join(product.dataDir, 'staging', ID), 'x');
    },
    end: () => {
      rmSync(join(product.dataDir, 'staging', ID));
    },
    found: /^staging\/A+ belongs to no open upload$/u,
  },
  {
    fault: 'a blob without a row',
    cause: () => {
      mkdirSync(join(product.dataDir, 'blobs', 'x'));
      writeFileSync(join(product.dataDir, 'blobs', 'x', 'y'), 'z');
    },
    end: () => {
      rmSync(join(product.dataDir, 'blobs', 'x'), { recursive: true });
    },
    found: /^blobs\/x\/y belongs to no row$/u,
  },
  {
    fault: 'received bytes that are too many',
    cause: () => sql(`UPDATE uploads SET received = received + 1 WHERE state = 'receiving'`),
    end: () => sql(`UPDATE uploads SET received = received - 1 WHERE state = 'receiving'`),
    found: /has received 1001, and its chunks differ$/u,
  },
  {
    fault: 'a chunk of an upload that has ended',
    cause: () =>
      sql(`INSERT INTO chunks (upload_id, "offset", length) SELECT id, 0, 1 FROM uploads WHERE state = 'complete'`),
    end: () => sql(`DELETE FROM chunks c USING uploads u WHERE u.id = c.upload_id AND u.state = 'complete'`),
    found: /is complete and still has chunks$/u,
  },
  {
    fault: 'chunks that overlap',
    cause: () => sql(`INSERT INTO chunks (upload_id, "offset", length) VALUES ('${openId}', 1500, 10)`),
    end: () => sql(`DELETE FROM chunks WHERE "offset" = 1500`),
    found: /overlap at 1500$|its chunks differ$|counts 1 chunks, and has others$/u,
  },
  {
    fault: 'a lease that is left',
    cause: () =>
      sql(`INSERT INTO upload_leases (token, upload_id, start, "end", until) VALUES ('t', '${openId}', 0, 1, now())`),
    end: () => sql(`DELETE FROM upload_leases`),
    found: /^a lease on .* is left$/u,
  },
  {
    fault: 'used bytes that are too many',
    cause: () => sql(`UPDATE spaces SET used_bytes = used_bytes + 1`),
    end: () => sql(`UPDATE spaces SET used_bytes = used_bytes - 1`),
    found: /^used bytes say 3001, files have 3000$/u,
  },
  {
    fault: 'reserved bytes that are too few',
    cause: () => sql(`UPDATE spaces SET reserved_bytes = reserved_bytes - 1`),
    end: () => sql(`UPDATE spaces SET reserved_bytes = reserved_bytes + 1`),
    found: /^reserved bytes say 2999, uploads have 3000$/u,
  },
  {
    fault: 'an open upload that is counted twice',
    cause: () => sql(`UPDATE upload_owners SET open_uploads = open_uploads + 1`),
    end: () => sql(`UPDATE upload_owners SET open_uploads = open_uploads - 1`),
    found: /has 2 open uploads by count, and others by rows$/u,
  },
  {
    fault: 'a row of a blob without its file',
    cause: () =>
      sql(`INSERT INTO blobs (id, space_id, sha256, size) SELECT '${ID}', id, repeat('0', 64), 7 FROM spaces`),
    end: () => sql(`DELETE FROM blobs WHERE id = '${ID}'`),
    found: /^blobs\/.* has no bytes, not 7$|^blob 0+ belongs to no file$/u,
  },
];

it('everything is in order at first', async () => {
  expect(await imbalances(product)).toEqual([]);
});

describe.each(FAULTS)('$fault', ({ cause, end, found }) => {
  it('is found', async () => {
    await cause();
    const wrong = await imbalances(product);
    await end();
    expect(wrong.length).toBeGreaterThan(0);
    for (const sentence of wrong) expect(sentence).toMatch(found);
    expect(await imbalances(product)).toEqual([]);
  });
});

it('bytes of a file that are missing or changed are found', async () => {
  const [blob] = product.blobs;
  writeFileSync(blob?.path ?? '', random.bytes(3_000));
  expect(await imbalances(product)).toEqual([expect.stringMatching(/has other bytes$/u)]);
  truncateSync(blob?.path ?? '', 10);
  expect(await imbalances(product)).toEqual([expect.stringMatching(/has 10 bytes, not 3000$/u)]);
});

it('what the oracle and the count say is sorted, and none of it is left out', () => {
  const lost = [
    'upload A its offset fell from 9 to 3',
    'upload A lost the acknowledged bytes 0 to 9',
    'upload A is gone (404), lost the acknowledged bytes',
    'upload A is failed (bytes-lost), and nobody asked for it',
    'a.bin is gone (404)',
    'staging/A has 3 bytes where 9 are recorded',
  ];
  const partial = [
    'a.bin is listed with other bytes',
    'a.bin has other bytes than were sent',
    'blobs/A/00/A has 3 bytes, not 9',
    'blobs/A/00/A has no bytes, not 9',
    'blobs/A/00/A has other bytes',
  ];
  const orphans = [
    'staging/A belongs to no open upload',
    'blobs/A/00/A belongs to no row',
    'blob A belongs to no file',
    'a lease on A is left',
    'upload A is cancelled and still has chunks',
  ];
  const others = ['a.bin was deleted, and is listed', 'used bytes say 9, files have 3', 'a.bin became two files'];
  expect(tally([...lost, ...partial, ...orphans, ...others])).toEqual({
    ...{ lost: lost.length, partial: partial.length, orphans: orphans.length, otherFaults: others.length },
  });
});
