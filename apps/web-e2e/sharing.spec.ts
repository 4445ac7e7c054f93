// Links: somebody shares or asks for files in the portal, and somebody without an account opens what they were sent.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { linkSchema, type Link, type LinkWish } from '@stowage/contract';
import type { Page } from 'playwright-core';
import { Product } from '../api-e2e/support/product.js';
import { until } from '../api-e2e/support/until.js';
import { expectAccessible } from './support/accessible.js';
import { drop } from './support/drop.js';
import { inChromium } from './support/in-chromium.js';
import { arrived, downloaded, send, sentRow, shownAddress } from './support/link-pages.js';
import { clearAll, entriesIn, makeFolder, openFolder, rootOf } from './support/our-files.js';
import { chooseAction, chooseFiles, tabTo, waitForState } from './support/our-page.js';
import { SourceFolder } from './support/source-folder.js';

const PASSWORD = 'purple monkey dishwasher';
/** The largest that a page of a link may be before it does anything, in bytes as gzip makes them. */
const MOST_BYTES = 135_000;

const product = new Product();
const source = new SourceFolder('sharing');
const small = source.write('small.txt', 1_000);
const other = source.write('other.bin', 3_000_000);
let root = '';
beforeAll(async () => {
  await product.start();
  root = await rootOf(product);
});
afterEach(() => clearAll(product));
afterAll(async () => {
  await product.dispose();
  source.remove();
});

/** Uploads a file through the page that is open. */
async function upload(page: Page, file: { path: string; name: string }): Promise<void> {
  await chooseFiles(page, [file.path]);
  await page.getByRole('link', { name: `Download ${file.name}` }).waitFor();
}

/** Makes a link without the page. */
async function newLink(wanted: LinkWish): Promise<Link> {
  const headers = { 'Content-Type': 'application/json' };
  return (await product.send('/api/share-links', { method: 'POST', headers, body: JSON.stringify(wanted) })).as(
    linkSchema,
  );
}

describe('sharing', () => {
  inChromium('a folder', (browsing) => {
    it('with a password lets somebody without an account look at it and download, and nobody else', async () => {
      const page = await browsing.open(product.url);
      const trip = await makeFolder(product, root, 'trip');
      await makeFolder(product, trip, 'day 1');
      await page.goto(`${product.url}/files/f/${trip}`);
      await upload(page, small);
      await page.goto(product.url);
      await chooseAction(page, 'trip', 'Share…');
      const dialog = page.getByRole('dialog', { name: 'Share trip' });
      await dialog.getByLabel('Title (optional)').fill('Our trip');
      await dialog.getByLabel('Note for whoever opens it (optional)').fill('With love');
      await dialog.getByLabel('Password (optional)', { exact: true }).fill(PASSWORD);
      await dialog.getByRole('button', { name: 'Create link' }).click();
      await dialog.getByText('with a password').waitFor();
      const address = await shownAddress(page);
      expect(address).toMatch(new RegExp(`^${product.url}/s/[\\w-]{43}$`, 'u'));

      const stranger = await browsing.open(address);
      await stranger.getByRole('heading', { name: 'This link has a password' }).waitFor();
      expect(await stranger.getByText('Our trip').count()).toBe(0);
      await stranger.getByLabel('Password', { exact: true }).fill('wrong');
      await stranger.keyboard.press('Enter');
      await stranger.getByText('This is not the password of the link.').waitFor();
      await stranger.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await stranger.getByRole('button', { name: 'Open', exact: true }).click();
      await stranger.getByRole('heading', { name: 'Our trip' }).waitFor();
      await stranger.getByText('With love').waitFor();
      expect(await downloaded(stranger, 'Download small.txt')).toEqual(readFileSync(small.path));
      expect((await downloaded(stranger, 'Download all as a ZIP file')).subarray(0, 2).toString()).toBe('PK');
      await stranger.getByRole('link', { name: 'day 1', exact: true }).click();
      await stranger.getByText('There is nothing in this folder.').waitFor();
      await stranger.getByRole('navigation', { name: 'Folders above' }).getByRole('link', { name: 'trip' }).click();
      await stranger.getByRole('link', { name: 'Download small.txt' }).waitFor();
      await stranger.goBack();
      await stranger.getByText('There is nothing in this folder.').waitFor();
      await stranger.reload();
      await stranger.getByText('There is nothing in this folder.').waitFor();

      await dialog.getByRole('button', { name: 'Accesses of Our trip' }).click();
      await dialog.getByText('Wrong password').waitFor();
      await dialog.getByText('Downloaded: small.txt').waitFor();
      await dialog.getByRole('button', { name: 'Revoke Our trip' }).click();
      await page.getByRole('dialog', { name: 'Revoke this link?' }).getByRole('button', { name: 'Revoke' }).click();
      await dialog.getByText('Revoked', { exact: true }).waitFor();
      await stranger.getByRole('navigation', { name: 'Folders above' }).getByRole('link', { name: 'trip' }).click();
      await stranger.getByRole('heading', { name: 'This link has been revoked' }).waitFor();
      expect(await stranger.getByText('small.txt').count()).toBe(0);
    });

    it('is over in words of its own for each way to be over', async () => {
      const folder = await makeFolder(product, root, 'gone soon');
      const words = async (address: string): Promise<string | null> => {
        const stranger = await browsing.open(address);
        return stranger.getByRole('heading', { level: 1 }).textContent();
      };
      expect(await words(`${product.url}/s/${'A'.repeat(43)}`)).toBe('There is no such link');
      const expiring = await newLink({
        ...{ kind: 'share', entry: folder, expiresAt: new Date(Date.now() + 1_500).toISOString() },
      });
      const gone = await newLink({ kind: 'share', entry: folder });
      const page = await browsing.open(product.url);
      await upload(page, small);
      const [file] = await product.files();
      const spent = await newLink({ kind: 'share', entry: file?.id ?? '', maxDownloads: 1 });
      const stranger = await browsing.open(`${product.url}${spent.url}`);
      await stranger.getByText('1 download is left').waitFor();
      await downloaded(stranger, 'Download small.txt');
      expect(await words(`${product.url}${spent.url}`)).toBe('This link has been used as often as it may be');
      await product.send(`/api/entries/${folder}`, { method: 'DELETE' });
      expect(await words(`${product.url}${gone.url}`)).toBe('What this link leads to is gone');
      await until('it has expired', () => Promise.resolve(Date.now() > Date.parse(expiring.expiresAt ?? '')));
      expect(await words(`${product.url}${expiring.url}`)).toBe('This link has expired');
    });

    it('waits for the server and goes on by itself', async () => {
      const folder = await makeFolder(product, root, 'patient');
      const link = await newLink({ kind: 'share', entry: folder, password: PASSWORD });
      const stranger = await browsing.open(`${product.url}${link.url}`);
      await stranger.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await stranger.context().setOffline(true);
      await stranger.keyboard.press('Enter');
      await stranger.getByText('There is no network.').first().waitFor();
      expect(await stranger.getByLabel('Password', { exact: true }).inputValue()).toBe(PASSWORD);
      await stranger.context().setOffline(false);
      await stranger.getByText('There is no network.').waitFor({ state: 'detached' });
      await stranger.getByRole('button', { name: 'Open', exact: true }).click();
      await stranger.getByText('There is nothing in this folder.').waitFor();
    });

    it('is a small page, from which its address goes nowhere', async () => {
      const folder = await makeFolder(product, root, 'little');
      const link = await newLink({ kind: 'share', entry: folder });
      const stranger = await browsing.open('about:blank');
      const asked = new Set<string>();
      const referrers: string[] = [];
      stranger.on('request', (request) => {
        referrers.push(request.headers()['referer'] ?? '');
        asked.add(new URL(request.url()).pathname);
      });
      await stranger.goto(`${product.url}${link.url}`, { waitUntil: 'networkidle' });
      await stranger.getByText('There is nothing in this folder.').waitFor();
      expect(referrers.filter((referrer) => referrer !== '')).toEqual([]);
      const parts = [...asked].filter((path) => /\.(?:js|css)$/u.test(path));
      const sizes = await Promise.all(
        parts.map(async (path) => gzipSync((await product.send(path)).text, { level: 9 }).length),
      );
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      expect(bytes).toBeGreaterThan(10_000);
      expect(bytes).toBeLessThan(MOST_BYTES);
    });
  });

  inChromium('asking for files', (browsing) => {
    it('lets somebody without an account send them, who sees nothing of where they go', async () => {
      const page = await browsing.open(product.url);
      await makeFolder(product, root, 'inbox');
      await page.getByRole('button', { name: 'Refresh', exact: true }).click();
      await openFolder(page, 'inbox');
      await page.getByRole('button', { name: 'Ask for files…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Ask for files into inbox' });
      await dialog.getByLabel('Title (optional)').fill('Photos');
      await dialog.getByLabel('Password (optional)', { exact: true }).fill(PASSWORD);
      await dialog.getByLabel('Files at most').fill('3');
      await dialog.getByLabel('Only these kinds').fill('txt, bin');
      await dialog.getByLabel('Ask senders for their name').check();
      await dialog.getByRole('button', { name: 'Create link' }).click();
      await dialog.getByText('0 of 3 files have come').waitFor();

      const stranger = await browsing.open(await shownAddress(page));
      await stranger.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await stranger.keyboard.press('Enter');
      await stranger.getByRole('heading', { name: 'Photos' }).waitFor();
      await stranger.getByText('only txt, bin').waitFor();
      await stranger.getByText('3 more files').waitFor();
      expect(await stranger.getByText('inbox').count()).toBe(0);
      await send(stranger, [small.path, source.write('virus.exe', 10).path]);
      await stranger.getByText('another kind of file').waitFor();
      await stranger.getByText('Enter your name; then 1 file is sent.').waitFor();
      await stranger.getByLabel('Your name').fill('Ana');
      await stranger.getByRole('button', { name: 'Send', exact: true }).click();
      await arrived(stranger, small.name);
      await drop(stranger, 'body', [other.path]);
      await arrived(stranger, other.name);
      await stranger.getByText('1 more file', { exact: true }).waitFor();
      const inbox = await entriesIn(product, root);
      expect(inbox).toEqual(['inbox']);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Refresh', exact: true }).click();
      await page.getByRole('link', { name: 'Download other.bin' }).waitFor();
    });

    it('goes on after the network was away, and ends where it is revoked', async () => {
      const inbox = await makeFolder(product, root, 'inbox');
      const link = await newLink({ kind: 'request', entry: inbox });
      const stranger = await browsing.open(`${product.url}${link.url}`);
      await stranger.getByText('Drop files or folders here').waitFor();
      await stranger.context().setOffline(true);
      await send(stranger, [other.path]);
      await sentRow(stranger, other.name).getByText('Waiting', { exact: true }).waitFor();
      await stranger.context().setOffline(false);
      await arrived(stranger, other.name);
      await product.send(`/api/share-links/${link.id}`, { method: 'DELETE' });
      await send(stranger, [small.path]);
      await stranger.getByRole('heading', { name: 'This link has been revoked' }).waitFor();
      expect((await product.files()).map(({ name }) => name)).toEqual([other.name]);
    });

    it('asks for the password of the folder as well, and again when it is wrong', async () => {
      const inbox = await makeFolder(product, root, 'inbox');
      const link = await newLink({ kind: 'request', entry: inbox });
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ password: PASSWORD });
      await product.send(`/api/entries/${inbox}/upload-password`, { method: 'PUT', headers, body });
      const stranger = await browsing.open(`${product.url}${link.url}`);
      await stranger.getByText('with a password for uploads').waitFor();
      await send(stranger, [small.path]);
      const dialog = stranger.getByRole('dialog', { name: 'Uploads want a password here' });
      await dialog.getByLabel('Password for uploads', { exact: true }).fill('wrong');
      await stranger.keyboard.press('Enter');
      await dialog.getByText('This is not the password. Try again.').waitFor();
      await dialog.getByLabel('Password for uploads', { exact: true }).fill(PASSWORD);
      await stranger.keyboard.press('Enter');
      await arrived(stranger, small.name);
    });
  });

  inChromium('a password for uploads', (browsing) => {
    it('is set for a folder, asked once for many files, and removed again', async () => {
      const page = await browsing.open(product.url);
      await makeFolder(product, root, 'guarded');
      await page.getByRole('button', { name: 'Refresh', exact: true }).click();
      await chooseAction(page, 'guarded', 'Details');
      const form = page.getByRole('form', { name: 'Password for uploads' });
      await form.getByText('want no password').waitFor();
      await form.getByLabel('New password for uploads', { exact: true }).fill(PASSWORD);
      await form.getByRole('button', { name: 'Set password' }).click();
      await form.getByText('has to give its password').waitFor();
      await openFolder(page, 'guarded');
      const many = Array.from({ length: 6 }, (_, index) => source.write(`${index}.txt`, 100));
      await chooseFiles(page, [other.path, ...many.map(({ path }) => path)]);
      const dialog = page.getByRole('dialog', { name: 'Uploads into “guarded” want a password' });
      await dialog.getByLabel('Password for uploads', { exact: true }).fill('wrong');
      await page.keyboard.press('Enter');
      await dialog.getByText('This is not the password. Try again.').waitFor();
      expect(await product.files()).toEqual([]);
      await dialog.getByLabel('Password for uploads', { exact: true }).fill(PASSWORD);
      await page.keyboard.press('Enter');
      await waitForState(page, other.name, 'Complete');
      await until('all are there', async () => (await product.files()).length === 7);
      expect(await page.getByRole('dialog').count()).toBe(0);
    });

    it('that nobody says stops the upload until it is tried again', async () => {
      const guarded = await makeFolder(product, root, 'guarded');
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ password: PASSWORD });
      await product.send(`/api/entries/${guarded}/upload-password`, { method: 'PUT', headers, body });
      const page = await browsing.open(`${product.url}/files/f/${guarded}`);
      await chooseFiles(page, [small.path]);
      await page.getByRole('dialog').getByRole('button', { name: 'Not now' }).click();
      await page.getByText('Uploads want a password here.', { exact: true }).waitFor();
      await page.getByRole('button', { name: `Retry ${small.name}` }).click();
      await page.getByRole('dialog').getByLabel('Password for uploads', { exact: true }).fill(PASSWORD);
      await page.keyboard.press('Enter');
      await waitForState(page, small.name, 'Complete');
    });
  });

  inChromium('the keyboard alone', (browsing) => {
    it('shares a file, and opens what is shared', async () => {
      const page = await browsing.open(product.url);
      await upload(page, small);
      await page.locator('stow-entry-row').first().focus();
      await tabTo(page, 'Actions for small.txt');
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Share…' }).waitFor();
      await page.getByRole('menuitem', { name: 'Share…' }).press('Enter');
      await page.getByRole('dialog', { name: 'Share small.txt' }).waitFor();
      await page.keyboard.type('Typed');
      await tabTo(page, 'Create link');
      await page.keyboard.press('Enter');
      await until('the focus is where it is copied', async () => {
        return (await page.evaluate('document.activeElement.getAttribute("aria-label")')) === 'Copy the link Typed';
      });
      const address = await shownAddress(page);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      const stranger = await browsing.open(address);
      await stranger.getByRole('heading', { name: 'Typed' }).waitFor();
      await tabTo(stranger, 'Download small.txt');
      const coming = stranger.waitForEvent('download');
      await stranger.keyboard.press('Enter');
      expect((await coming).suggestedFilename()).toBe('small.txt');
    });
  });

  inChromium('every page of it', (browsing) => {
    it.each([
      ['light', 320],
      ['light', 1280],
      ['dark', 320],
      ['dark', 1280],
    ] as const)('has nothing that axe finds, %s, in %d pixels', async (colorScheme, width) => {
      const folder = await makeFolder(product, root, 'a folder with a rather long name');
      await makeFolder(product, folder, 'inner');
      const entry = folder;
      const share = await newLink({ kind: 'share', entry, title: 'Our trip', note: 'With love', maxDownloads: 5 });
      const request = await newLink({
        ...{ kind: 'request', entry, title: 'Photos', note: 'All', askName: true, allowedExtensions: ['txt'] },
        ...{ maxUploads: 9, maxFileSize: 5_000_000 },
      });
      const locked = await newLink({ kind: 'share', entry, title: 'Locked', password: PASSWORD });
      const options = { colorScheme, viewport: { width, height: 800 } };
      const page = await browsing.open(product.url, options);
      await chooseAction(page, 'a folder with a rather long name', 'Share…');
      await page.getByRole('button', { name: 'Accesses of Our trip' }).first().click();
      await page.getByText('Kept for 90 days.').waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await chooseAction(page, 'a folder with a rather long name', 'Ask for files…');
      await page.getByRole('button', { name: 'Change Photos' }).first().waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await chooseAction(page, 'a folder with a rather long name', 'Details');
      await page.getByRole('form', { name: 'Password for uploads' }).getByText('want no password').waitFor();
      await expectAccessible(page);
      await page.goto(`${product.url}/shares`);
      await page.getByText('Our trip').first().waitFor();
      await expectAccessible(page);
      await page.goto(`${product.url}/requests`);
      await page.getByText('Photos').first().waitFor();
      await expectAccessible(page);
      const stranger = await browsing.open(`${product.url}${share.url}`, options);
      await stranger.getByRole('link', { name: 'inner', exact: true }).waitFor();
      await expectAccessible(stranger);
      await stranger.goto(`${product.url}${locked.url}`);
      await stranger.getByRole('heading', { name: 'This link has a password' }).waitFor();
      await expectAccessible(stranger);
      await stranger.goto(`${product.url}/s/${'A'.repeat(43)}`);
      await stranger.getByRole('heading', { name: 'There is no such link' }).waitFor();
      await expectAccessible(stranger);
      await stranger.goto(`${product.url}${request.url}`);
      await send(stranger, [small.path, other.path]);
      await stranger.getByText('Enter your name').waitFor();
      await expectAccessible(stranger);
      await stranger.getByLabel('Your name').fill('Ana');
      await stranger.keyboard.press('Enter');
      await arrived(stranger, small.name);
      await expectAccessible(stranger);
    });
  });
});
