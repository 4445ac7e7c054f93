// Requests that wait behind another one of their connection, when that connection ends.
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DropzoneUpload } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { RawSocket, requestHead } from './support/raw-socket.js';
import { requestsInProgress } from './support/samples.js';
import { until } from './support/until.js';

const product = new Product();
const random = new Random('pipelined');
let file = '';
beforeAll(async () => {
  await product.start();
  // More than a connection takes before anybody reads.
  const content = random.bytes(16 * 1024 * 1024);
  const upload = new DropzoneUpload(product, { name: 'large.bin', content, chunkSize: content.length });
  file = (await upload.complete()).id;
});
afterAll(() => product.dispose());

/** Files below the data folder that the process has open: connections to the database come and go as they are needed. */
function openFiles(): string[] {
  const folder = `/proc/${product.process.pid}/fd`;
  const targets = readdirSync(folder).map((name) => {
    try {
      return readlinkSync(join(folder, name));
    } catch {
      return ''; // closed meanwhile
    }
  });
  return targets.filter((target) => target.startsWith(product.dataDir)).sort();
}

async function vanishAfter(paths: readonly string[]): Promise<void> {
  const socket = await RawSocket.open(product.port);
  socket.stall();
  await socket.write(paths.map((path) => requestHead('GET', path, { Host: `localhost:${product.port}` })).join(''));
  await until('all are being answered', async () => (await requestsInProgress(product)) >= paths.length);
  socket.vanish();
}

describe('requests that wait behind another one are over with their connection', () => {
  it.each([
    ['lists', () => '/api/files'],
    ['downloads', () => `/api/files/${file}/content`],
    ['ZIP downloads', () => `/api/zip?entries=${file}`],
  ])('%s', async (_, path) => {
    const before = openFiles();
    for (let round = 0; round < 5; round++) {
      // The first one is never read, so the others wait.
      await vanishAfter([`/api/files/${file}/content`, path(), path()]);
    }
    await until('none is being answered', async () => (await requestsInProgress(product)) === 0, 5_000);
    await until('the same files are open as before', () => openFiles().length <= before.length, 5_000).catch(
      () => undefined,
    );
    expect(openFiles()).toEqual(before);
    expect(product.process.isRunning).toBe(true);
  });
});
