import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { rowsRead } from '../../test/explain.js';
import { comparePlans, statementsOf, type Action } from '../../test/golden-plans.js';
import { fill } from '../../test/large-database.js';
import { FULL_FOLDER, TREE_AMOUNTS, fillTree, treeId } from '../../test/large-tree.js';
import { EntryListing } from '../entries/entry-listing.js';
import { ZipListing } from '../entries/zip-listing.js';
import { Attempts } from '../identity/attempts.js';
import { Cookies } from '../identity/cookies.js';
import type { KnownLink } from '../identity/known-link.js';
import { LinkGate } from '../identity/link-gate.js';
import { LinkLog } from '../identity/link-log.js';
import { LinkPasswords } from '../identity/link-passwords.js';
import { PasswordHasher } from '../identity/password-hasher.js';
import { ShownPasswords } from '../identity/shown-passwords.js';
import { parseConfiguration } from '../platform/config/configuration.js';
import { LinkLedger, type NewLink } from './link-ledger.js';
import { SharedTree } from './shared-tree.js';

/* Real: PostgreSQL, with as many rows as a server has after years; no bytes. */

let home: Home;
let engine: Engine;
let made = 0;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
  await fill(engine.database, { ended: 2_000, open: 100, chunks: 10, files: 20_000, people: 10_000 });
  await fillTree(engine.database, engine.spaceId, TREE_AMOUNTS);
}, 600_000);

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const LINK = treeId('link', 160);
const DIGEST = Buffer.alloc(32, 1);
const ledger = () => new LinkLedger(engine.database);
const log = () => new LinkLog(engine.database);

function passwords(): LinkPasswords {
  const shown = new ShownPasswords(new Attempts(engine.database), new PasswordHasher());
  return new LinkPasswords(engine.database, shown, log());
}

function gate(): LinkGate {
  const configuration = parseConfiguration({ DATABASE_URL: home.url });
  return new LinkGate(engine.database, passwords(), new Cookies(false), configuration);
}

const newLink = (): NewLink => ({
  ...{ slug: `slug ${++made}`, kind: 'share', spaceId: engine.spaceId, entryId: FULL_FOLDER, title: 'x', note: '' },
  ...{ passwordHash: null, expiresAt: null, maxDownloads: null, maxUploads: null, maxFileSize: null },
  ...{ allowedExtensions: null, askName: false, createdBy: null },
});

/** A share of the full folder, as the guard has found it. */
const share = () => ({ space: engine.spaceId, entry: FULL_FOLDER }) as KnownLink;
const shared = () =>
  new SharedTree(engine.database, new EntryListing(engine.database), new ZipListing(engine.database));

/** The second page of a list that begins with the newest. */
const cursor = { createdAt: new Date().toISOString(), id: 'z'.repeat(22) };

const LISTS: readonly Action[] = [
  {
    name: 'links of a space',
    run: async () => {
      await ledger().page({ spaceId: engine.spaceId, entryId: null }, 50, null);
      await ledger().page({ spaceId: engine.spaceId, entryId: null }, 50, cursor);
    },
  },
  {
    name: 'links of an entry',
    run: () => ledger().page({ spaceId: engine.spaceId, entryId: treeId('box', 160) }, 50, cursor),
  },
  { name: 'one link', run: () => ledger().find(LINK) },
  { name: 'what a link can lead to', run: () => ledger().target(treeId('leaf', 150)) },
  { name: 'what was done with a link', run: () => ledger().accesses(LINK, 50, '1000000') },
  {
    name: 'who holds a link',
    run: async () => {
      const request = { headers: {}, ip: '192.0.2.1' } as unknown as Request;
      await gate().admit(request, LINK.padStart(43, '0'), 'link');
      await gate().lockOf(LINK.padStart(43, '0'));
    },
  },
  { name: 'a full folder that is shared', run: () => shared().page(share(), null, 50, null) },
  {
    name: 'a folder in a folder that is shared',
    tie: ['entries_by_created', 'entries_by_name', 'entries_by_size'],
    run: () => shared().page(share(), treeId('inner', 100), 50, null),
  },
  { name: 'a file that is shared', run: () => shared().file(share(), treeId('full', 100)) },
];

const CHANGES: readonly Action[] = [
  { name: 'a link that is made', run: () => ledger().add(newLink()) },
  { name: 'a link that is changed', run: () => ledger().change(LINK, { title: 'y', passwordHash: 'hash' }) },
  { name: 'a link that is revoked', run: () => ledger().revoke(treeId('link', 151)) },
  {
    name: 'a download that is counted',
    run: async () => {
      expect(await ledger().countDownload(LINK, treeId('leaf', 1), DIGEST)).toBe(true);
      expect(await ledger().isCounted(LINK, treeId('leaf', 1), DIGEST)).toBe(true);
    },
  },
  { name: 'an access that is noted', run: () => log().add(LINK, { action: 'opened', address: '192.0.2.1' }) },
  {
    name: 'a password that was shown',
    run: () => passwords().prove({ id: LINK, passwordHash: 'hash', passwordVersion: 1 }),
  },
  {
    name: 'what was done long ago is forgotten',
    run: async () => {
      await passwords().removeOver();
      await log().removeOld();
    },
  },
];

describe('beside very many links and entries', () => {
  it('every statement reaches its rows as the golden file says', async () => {
    await comparePlans(engine.database, [...LISTS, ...CHANGES], 'link-plans.txt');
  }, 300_000);

  it.each(LISTS.map((action) => [action.name, action] as const))(
    '%s reads few rows besides those that it shows',
    async (_, action) => {
      for (const statement of await statementsOf(action)) {
        // A true total counts what it tells; that it does so by an index is in the golden file.
        if (statement.sql.includes('count(*)')) continue;
        expect(await rowsRead(engine.database, statement)).toBeLessThan(500);
      }
    },
  );
});
