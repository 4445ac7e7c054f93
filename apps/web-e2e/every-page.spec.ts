// What every page has to have: it is seen in the reader's own colours and twice as large, says that it could not be read and
// is read again, and says why somebody sees nothing there.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { until } from '../api-e2e/support/until.js';
import { expectAccessible } from './support/accessible.js';
import { PAGES, portalRoutes, setScene, type PageCase, type Scene } from './support/all-pages.js';
import { inChromium } from './support/in-chromium.js';
import { refuse } from './support/refuse.js';
import { expectReachable, expectTellsWithoutColours } from './support/seeing.js';

/** A screen of 1280 to 1024 points, with all twice as large. */
const TWICE = { viewport: { width: 640, height: 512 }, deviceScaleFactor: 2 };

const product = new Product();
let scene: Scene;
beforeAll(async () => {
  await product.start();
  scene = await setScene(product);
});
afterAll(() => product.dispose());

const shows = (page: Page, text: string): Promise<void> =>
  page.getByText(text).filter({ visible: true }).first().waitFor();

/** Presses all that offer to try again, until nothing does. */
async function tryAgain(page: Page): Promise<void> {
  const buttons = page.getByRole('button', { name: 'Try again', exact: true });
  await until('nothing is left to try again', async () => {
    const button = buttons.first();
    if ((await button.count()) === 0) return true;
    await button.click({ timeout: 5_000 }).catch(() => undefined);
    return false;
  });
}

/** Why nothing can be read. */
const WHY = { 'no database': refuse, 'no network': (route: Route) => route.abort() } as const;
/** Pages that read something; every other one fails in the other way. */
const FAILING = PAGES.filter(({ fault }) => fault !== null).map((one, index) => ({
  ...one,
  why: index % 2 === 0 ? ('no database' as const) : ('no network' as const),
}));

describe('every page', () => {
  it('is looked at here', () => {
    const looked = PAGES.map(({ route }) => route);
    expect(looked).toEqual(expect.arrayContaining(portalRoutes()));
    expect(new Set(looked).size).toBe(looked.length);
  });

  inChromium('of the portal and of links', (browsing) => {
    const open = async ({ by }: Pick<PageCase, 'by'>, options = {}): Promise<Page> =>
      browsing.open('about:blank', { ...scene.lookers[by], ...options });

    it.each(PAGES)('is seen in the colours of the reader, and twice as large: /$route', async (one) => {
      const page = await open(one, TWICE);
      await page.goto(`${product.url}${one.address(scene)}`);
      await shows(page, one.shown);
      await expectReachable(page);
      await page.emulateMedia({ forcedColors: 'active' });
      await expectTellsWithoutColours(page);
      await expectAccessible(page);
    });

    it.each(FAILING)('says that it could not be read, and is read again: /$route, $why', async ({ why, ...one }) => {
      const page = await open(one);
      await page.route('**/api/**', WHY[why]);
      await page.goto(`${product.url}${one.address(scene)}`);
      await shows(page, (why === 'no network' ? one.away : null) ?? one.fault ?? '');
      expect(await page.getByText(one.shown).filter({ visible: true }).count()).toBe(0);
      await page.unroute('**/api/**');
      await tryAgain(page);
      await shows(page, one.shown);
    });

    it('says that the first account could not be made, and it can be tried again: /setup', async () => {
      const page = await open({ by: 'stranger' });
      await page.goto(`${product.url}/setup#${'A'.repeat(43)}`);
      await page.getByLabel('Name').fill('Olga');
      await page.getByLabel('Password', { exact: true }).fill('a seal on the stairs');
      await page.route('**/api/**', refuse);
      await page.getByRole('button', { name: 'Make the account' }).click();
      await shows(page, 'Nothing was lost');
      await page.unroute('**/api/**');
      await page.getByRole('button', { name: 'Make the account' }).click();
      await shows(page, 'This link is over');
    });

    it.each(
      PAGES.flatMap((one) =>
        one.refusals.map(([by, says, address]) => ({ ...one, by, says, address: address ?? one.address })),
      ),
    )('says to those who see nothing there why: /$route to $by', async ({ by, says, address }) => {
      const page = await open({ by });
      await page.goto(`${product.url}${address(scene)}`);
      await shows(page, says);
    });
  });
});
