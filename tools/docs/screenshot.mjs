/**
 * Makes docs/images/portal-light.png and portal-dark.png from the running product: a database, the built API and page, a
 * real Chromium, real uploads. Run it after a change of the page: node tools/docs/screenshot.mjs
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { findChromium } from '../chromium.mjs';
import { Fault } from '../workspace/fault.mjs';
import { workspaceRoot } from '../workspace/root.mjs';
import { startProduct } from './running-product.mjs';

const IMAGES = path.join(workspaceRoot, 'docs', 'images');
const MIB = 1024 * 1024;
const MOST_BYTES = 300 * 1024;
/** Bytes a second that the page may send, so that there is something under way to see. */
const THROTTLE = 8 * MIB;

/** Stored before the page sends: folder, name, MiB. */
const STORED = /** @type {const} */ ([
  ['', 'Annual report 2026.pdf', 3],
  ['Field recordings/Iceland', 'geyser, north side.wav', 11],
  ['Field recordings/Iceland', 'рассвет над морем.flac', 7],
  ['Backups', 'database-2026-11-21.dump', 24],
]);
/** Sent by the page: one that is on its way, one whose name is taken, one that is done. */
const SENT = /** @type {const} */ ([
  ['Interview, final cut.mov', 96],
  ['Annual report 2026.pdf', 2],
  ['Survey data.csv', 1],
]);

/**
 * @param {import('playwright-core').Page} page whoever has signed in there sends it
 * @param {Readonly<Record<string, string>>} fields
 * @param {string} name
 * @param {Buffer<ArrayBuffer>} buffer
 */
async function post(page, fields, name, buffer) {
  const { origin } = new URL(page.url());
  const multipart = { ...fields, file: { name, mimeType: 'application/octet-stream', buffer } };
  const answer = await page.request.post(`${origin}/upload`, { headers: { origin }, multipart });
  if (!answer.ok()) throw new Error(`${name}: ${answer.status()} ${await answer.text()}`);
}

/** @param {import('playwright-core').Page} page */
async function fill(page) {
  for (const [folder, name, size] of STORED) await post(page, { path: folder }, name, randomBytes(size * MIB));
  const chunk = { dzuuid: 'screenshot', dzchunksize: `${8 * MIB}`, dztotalfilesize: `${96 * MIB}` };
  for (const index of [0, 1, 4]) {
    const place = { dzchunkindex: `${index}`, dztotalchunkcount: '12', dzchunkbyteoffset: `${index * 8 * MIB}` };
    await post(page, { ...chunk, ...place }, 'Disk image of the old laptop.img', randomBytes(8 * MIB));
  }
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} folder
 */
async function send(page, folder) {
  const network = await page.context().newCDPSession(page);
  const speed = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: THROTTLE };
  await network.send('Network.emulateNetworkConditions', speed);
  const files = SENT.map(([name]) => path.join(folder, name));
  for (const [index, [, size]] of SENT.entries()) await fs.writeFile(files[index] ?? '', randomBytes(size * MIB));
  await page.locator('ngx-dropzone input[type=file]').setInputFiles(files);
  await page.getByText('File already exists').first().waitFor();
  const progress = page.getByRole('progressbar', { name: SENT[0][0] });
  while (Number(await progress.getAttribute('aria-valuenow')) < 40) await pause(100);
}

/**
 * @param {import('playwright-core').Page} page
 * @param {'light' | 'dark'} scheme
 */
async function picture(page, scheme) {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  const file = path.join(IMAGES, `portal-${scheme}.png`);
  const { length } = await page.screenshot({ path: file, fullPage: true });
  if (length > MOST_BYTES) throw new Fault(`${file} has ${length} bytes; make the scene smaller.`);
  process.stdout.write(`${path.relative(workspaceRoot, file)}: ${length} bytes\n`);
}

const found = await findChromium();
if ('skip' in found) throw new Fault(found.skip);
const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'stowage-screenshot-'));
const product = await startProduct();
const { executablePath, args, env } = found;
const browser = await chromium.launch({ executablePath, args, env });
try {
  await fs.mkdir(IMAGES, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 }, locale: 'en-GB', timezoneId: 'UTC' });
  await page.goto(product.setUpLink);
  await page.getByLabel('Name').fill('Maria');
  await page.getByLabel('Password', { exact: true }).fill('a walrus in the kitchen');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await fill(page);
  await page.reload();
  await page.getByText('Annual report 2026.pdf').waitFor();
  await send(page, folder);
  for (const scheme of /** @type {const} */ (['light', 'dark'])) await picture(page, scheme);
} finally {
  await browser.close();
  await product.stop();
  await fs.rm(folder, { recursive: true, force: true });
}
