import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../api-e2e/support/until.js';
import { Product } from '../api-e2e/support/product.js';
import { Visitor } from '../api-e2e/support/visitor.js';
import { inChromium } from './support/in-chromium.js';
import { SourceFolder } from './support/source-folder.js';

const PASSWORD = 'a walrus in the kitchen';
const source = new SourceFolder('framed');
let listed: Server;
let foreign: Server;
let product: Product;

/** A portal of somebody else, with our page in a frame. */
async function portal(): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><title>Portal</title><iframe src="${product.url}/" title="Files"></iframe>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  [listed, foreign] = await Promise.all([portal(), portal()]);
  product = new Product({ env: { STOWAGE_FRAME_ANCESTORS: originOf(listed) } });
  await product.start();
  expect((await new Visitor(product).setUp('Maria', PASSWORD)).status).toBe(200);
});
afterAll(async () => {
  source.remove();
  for (const server of [listed, foreign]) {
    server.closeAllConnections();
    server.close();
  }
  await product.dispose();
});

describe('the page in a frame', () => {
  inChromium('of a portal', (browsing) => {
    it('that is listed: signs in, and uploads', async () => {
      const file = source.write('framed.bin', 200_000);
      const page = await browsing.open(originOf(listed));
      const frame = page.frameLocator('iframe');
      const dialog = frame.getByRole('dialog', { name: 'Sign in' });
      await dialog.getByLabel('Name').fill('Maria');
      await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await dialog.getByRole('button', { name: 'Sign in' }).click();
      const choosing = page.waitForEvent('filechooser');
      await frame.getByRole('button', { name: 'Choose files' }).click();
      await (await choosing).setFiles([file.path]);
      await frame.getByRole('link', { name: `Download ${file.name}` }).waitFor();
    });

    it('that is not listed: is not shown', async () => {
      const page = await browsing.open(originOf(foreign));
      await until('the frame has no page of ours', () => page.frames()[1]?.url().startsWith('chrome-error:') === true);
      expect(browsing.takeComplaints().join()).toContain('violates the following Content Security Policy');
      expect(await page.frameLocator('iframe').getByRole('heading', { name: 'Stowage' }).count()).toBe(0);
    });
  });
});
