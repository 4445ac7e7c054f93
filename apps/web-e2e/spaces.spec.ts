import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Space } from '@stowage/contract';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { somebody, type Somebody } from '../api-e2e/support/people.js';
import { Product } from '../api-e2e/support/product.js';
import { newSpace, setRole, spacesOf } from '../api-e2e/support/spaces.js';
import { until } from '../api-e2e/support/until.js';
import { Visitor } from '../api-e2e/support/visitor.js';
import { expectAccessible } from './support/accessible.js';
import { inChromium } from './support/in-chromium.js';
import { chooseFiles, tabTo, transfer, waitForState } from './support/our-page.js';
import { openAs } from './support/people-pages.js';
import { SourceFolder } from './support/source-folder.js';

const MARIA = ['Maria', 'a walrus in the kitchen'] as const;
const ADAM = ['Adam', 'three blind mice run'] as const;

let product: Product;
let maria: Visitor;
let adam: Somebody;
let team: Space;
const source = new SourceFolder('spaces');

beforeEach(async () => {
  product = new Product();
  await product.start();
  maria = new Visitor(product);
  await maria.setUp(...MARIA);
  adam = await somebody(product, maria, ADAM[0], 'member');
  team = await newSpace(maria, 'Film');
});
afterEach(() => product.dispose());
afterAll(() => source.remove());

/** The page of somebody. */
type Open = (path?: string, options?: BrowserContextOptions) => Promise<Page>;

const row = (page: Page, name: string) => page.getByRole('main').getByRole('listitem').filter({ hasText: name });

/** What the menu of a file offers. */
async function actionsFor(page: Page, name: string): Promise<string[]> {
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
  const items = page.getByRole('menuitem');
  await items.first().waitFor();
  const offered = await items.allInnerTexts();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  return offered.map((text) => text.trim());
}

describe('spaces', () => {
  inChromium('in the page', (browsing) => {
    const asMaria: Open = (path, options) => openAs(browsing, product, MARIA, path, options);
    const asAdam: Open = (path, options) => openAs(browsing, product, ADAM, path, options);

    it('are made for teams by those who manage the server, no two of one name', async () => {
      const page = await asMaria('/admin/spaces');
      expect(await page.title()).toBe('Spaces – Stowage');
      await page.getByLabel('Name', { exact: true }).fill('FILM');
      await page.getByRole('button', { name: 'Make the space' }).click();
      await page.getByText('Another space has this name already. Choose another name.').waitFor();
      await page.getByLabel('Name', { exact: true }).fill('Sound');
      await page.getByRole('button', { name: 'Make the space' }).click();
      await row(page, 'Sound').waitFor();
      await page.getByRole('link', { name: 'Members of Sound' }).click();
      await page.getByRole('heading', { name: 'Members of Sound' }).waitFor();
      await row(page, 'Maria').getByText('You', { exact: true }).waitFor();
    });

    it('are no business of members of the server', async () => {
      const page = await asAdam('/admin/spaces');
      await page.getByText('Only admins see all spaces.').waitFor();
      await page.goto(`${product.url}/spaces/${team.id}/members`);
      await page.getByText('There is no such space').waitFor();
      await page.goto(`${product.url}/spaces/${team.id}/settings`);
      await page.getByText('There is no such space').waitFor();
    });

    it('let people in, and a role says what the page offers', async () => {
      const managing = await asMaria(`/spaces/${team.id}/members`);
      await managing.getByLabel('Name of the account').fill('Nobody');
      await managing.getByRole('button', { name: 'Let in' }).click();
      await managing.getByText('There is no such account.').waitFor();
      await managing.getByLabel('Name of the account').fill('adam');
      await managing.getByLabel('Role', { exact: true }).selectOption('viewer');
      await managing.getByRole('button', { name: 'Let in' }).click();
      const role = managing.getByLabel('Role of Adam');
      await role.waitFor();

      const page = await asAdam();
      await page.getByRole('navigation', { name: 'Spaces' }).getByRole('link', { name: 'Film' }).click();
      await page.getByText('You can look at the files of this space, but not upload.').waitFor();
      expect(await page.getByRole('button', { name: 'Choose files' }).count()).toBe(0);

      await role.selectOption('contributor');
      await managing.getByText('Adam is a contributor now.').waitFor({ state: 'attached' });
      await page.reload();
      await page.getByRole('button', { name: 'Choose files' }).waitFor();
      await chooseFiles(page, [source.write('take.mov', 100).path]);
      await waitForState(page, 'take.mov', 'Complete');
      await page.getByRole('link', { name: 'Download take.mov' }).waitFor();
      expect(await actionsFor(page, 'take.mov')).not.toContain('Delete');

      await role.selectOption('editor');
      await managing.getByText('Adam is an editor now.').waitFor({ state: 'attached' });
      await page.reload();
      expect(await actionsFor(page, 'take.mov')).toContain('Delete');
      expect(await page.getByRole('link', { name: 'Settings', exact: true }).count()).toBe(0);

      await role.selectOption('manager');
      await managing.getByText('Adam is a manager now.').waitFor({ state: 'attached' });
      await page.reload();
      await page.getByRole('link', { name: 'Settings', exact: true }).waitFor();
    });

    it('put somebody out, whose page then shows nothing of them', async () => {
      await setRole(maria, team.id, adam, 'editor');
      const page = await asAdam(`/spaces/${team.id}`);
      await page.getByRole('heading', { name: 'Film' }).waitFor();
      const managing = await asMaria(`/spaces/${team.id}/members`);
      await managing.getByRole('button', { name: 'Remove Adam' }).click();
      await managing.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await managing.getByText('Adam is no member any more.').waitFor({ state: 'attached' });
      await row(managing, 'Adam').waitFor({ state: 'detached' });
      await chooseFiles(page, [source.write('late.mov', 100).path]);
      await waitForState(page, 'late.mov', 'Failed');
      await transfer(page, 'late.mov').getByText('There is no such space').waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'There is no such space' }).waitFor();
      expect(await page.getByRole('button', { name: 'Choose files' }).count()).toBe(0);
    });

    it('keep somebody who manages them, and can be left', async () => {
      const page = await asMaria(`/spaces/${team.id}/members`);
      await page.getByRole('button', { name: 'Leave' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
      await page.getByText('Make somebody else a manager first.').waitFor();
      await setRole(maria, team.id, adam, 'manager');
      const leaving = await asAdam(`/spaces/${team.id}/members`);
      await leaving.getByRole('button', { name: 'Leave' }).click();
      await leaving.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
      await leaving.getByRole('dialog').waitFor({ state: 'detached' });
      await leaving.getByRole('button', { name: 'Leave' }).click();
      await leaving.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
      await leaving.waitForURL(`${product.url}/`);
      await leaving.getByRole('heading', { name: 'My files' }).waitFor();
      expect((await spacesOf(adam.visitor)).map(({ kind }) => kind)).toEqual(['personal']);
    });

    it('have quotas, their own and those of accounts, and say when one is reached', async () => {
      const page = await asMaria('/admin/spaces');
      for (const name of ['Film', 'Files of Adam']) {
        await page.getByRole('button', { name: `Quota of ${name}` }).click();
        await page.getByLabel('All its files together').selectOption('own');
        await page.getByLabel('Gigabytes').fill('much');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByText('Write a number of gigabytes, such as 50 or 0.5.').waitFor();
        await page.getByLabel('Gigabytes').fill('0.000001');
        await page.getByRole('button', { name: 'Save' }).click();
        await row(page, name).getByText('quota of 1 kB', { exact: true }).waitFor();
      }
      const adams = await asAdam();
      await chooseFiles(adams, [source.write('large.mov', 2_000).path]);
      await waitForState(adams, 'large.mov', 'Failed');
      await transfer(adams, 'large.mov').getByText('The quota has no room for this file.').waitFor();
      await transfer(adams, 'large.mov').getByText('Of 1000 bytes 1000 are free').waitFor();
    });

    it('have settings: a name, a quota, and which files they take', async () => {
      await setRole(maria, team.id, adam, 'manager');
      const page = await asAdam(`/spaces/${team.id}`);
      await page.getByRole('link', { name: 'Settings', exact: true }).click();
      await page.getByRole('heading', { name: 'Settings of Film' }).waitFor();
      // Only those who manage the server change it.
      await page.getByText('Admins of the server say how much that may be.').waitFor();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Films');
      await page.getByRole('button', { name: 'Rename' }).click();
      await page.getByRole('heading', { name: 'Settings of Films' }).waitFor();

      await page.getByLabel('Never these endings').fill('EXE, .com');
      await page.getByLabel('Only these media types').fill('image');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('“image” is no media type.').waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('allowedTypes');
      await page.getByLabel('Only these media types').fill('');
      await page.getByLabel('Largest file, in megabytes').fill('0.001');
      await page.getByLabel('When a name is taken').selectOption('rename');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('What Films takes is changed.').waitFor({ state: 'attached' });
      expect(await page.getByLabel('Never these endings').inputValue()).toBe('exe, com');

      await page.getByRole('link', { name: 'Files', exact: true }).click();
      const files = [
        source.write('virus.exe.txt', 10),
        source.write('large.bin', 1_001),
        source.write('notes.txt', 10),
        source.write('more/notes.txt', 10),
      ];
      await chooseFiles(
        page,
        files.map(({ path }) => path),
      );
      const refused = transfer(page, 'virus.exe.txt');
      await refused.getByText('Files of this kind are not wanted here.').waitFor();
      await refused.getByText('Files with .exe in their names are not let in.').waitFor();
      await transfer(page, 'large.bin').getByText('Files of this space can have 1000 bytes at most.').waitFor();
      await page.getByRole('link', { name: 'Download notes.txt' }).waitFor();
      await page.getByRole('link', { name: 'Download notes (1).txt' }).waitFor();
    });

    it('can be managed with the keyboard', async () => {
      const page = await asMaria(`/spaces/${team.id}/members`);
      await page.getByLabel('Name of the account').focus();
      await page.keyboard.type('Adam');
      await page.keyboard.press('Enter');
      await page.getByText('Adam is a member now.').waitFor({ state: 'attached' });
      await tabTo(page, 'Role of Adam');
      await page.keyboard.press('ArrowDown');
      await page.getByText('Adam is an editor now.').waitFor({ state: 'attached' });
      await tabTo(page, 'Remove Adam');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await tabTo(page, 'Remove');
      await page.keyboard.press('Enter');
      await page.getByText('Adam is no member any more.').waitFor({ state: 'attached' });
      // Once the row with its button has gone.
      await until('the title has the focus', async () => {
        return (await page.evaluate('document.activeElement.id')) === 'members-title';
      });
      await tabTo(page, 'Settings');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Settings of Film' }).waitFor();
      await page.getByLabel('Never these endings').focus();
      await page.keyboard.type('exe');
      await page.keyboard.press('Enter');
      await page.getByText('What Film takes is changed.').waitFor({ state: 'attached' });
    });

    it.each(['light', 'dark'] as const)('show nothing that axe finds, in 320 pixels, %s', async (colorScheme) => {
      await setRole(maria, team.id, adam, 'editor');
      const page = await asMaria('/admin/spaces', { colorScheme, viewport: { width: 320, height: 640 } });
      await page.getByRole('button', { name: 'Quota of Film' }).click();
      await expectAccessible(page);
      await page.goto(`${product.url}/spaces/${team.id}`);
      await page.getByRole('heading', { name: 'Film' }).waitFor();
      await expectAccessible(page);
      await page.getByRole('link', { name: 'Members', exact: true }).click();
      await page.getByLabel('Role of Adam').waitFor();
      await expectAccessible(page);
      await page.getByRole('link', { name: 'Settings', exact: true }).click();
      await page.getByLabel('Largest file, in megabytes').fill('much');
      await page.getByRole('button', { name: 'Save' }).last().click();
      await page.getByText('Write a number of megabytes').waitFor();
      await expectAccessible(page);
    });
  });
});
