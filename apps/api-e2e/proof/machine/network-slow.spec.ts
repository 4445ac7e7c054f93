import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { balanced } from '../../support/conservation.js';
import { forgetPeakMemory, peakMemory } from '../../support/disk.js';
import { DropzoneUpload, resultOf } from '../../support/dropzone.js';
import { RawSocket, requestHead } from '../../support/raw-socket.js';
import { sha256 } from '../../support/random.js';
import { requestsInProgress, samplesOf } from '../../support/samples.js';
import { until } from '../../support/until.js';
import { NetworkWorld } from './support/network-world.js';
import { whereNetworksFail } from './support/where-there-is.js';

const READERS = Number(process.env.STOWAGE_SLOW_READERS);
const WRITERS = Number(process.env.STOWAGE_SLOW_WRITERS ?? 16);
const MIB = 1024 * 1024;
const MOST_GROWTH = 100 * MIB;
const MOST_LAG_SECONDS = 0.05;
const IDLE = 5;

const group = whereNetworksFail('slow clients');

group('windows of two KiB', () => {
  const world = new NetworkWorld('tiny windows');
  beforeAll(() => world.begin());
  afterAll(() => world.end());

  it('change nothing but the time it takes', async () => {
    const { fleet, network, product } = world;
    network.shrinkWindows(2048);
    world.count('tinyWindows');
    await fleet.workUntil(() => Promise.resolve());
    expect(await fleet.verdict(true)).toEqual([]);
    expect(await fleet.end()).toEqual([]);
    expect(product.wrong).toEqual([]);
    process.stderr.write(`windows of two KiB: ${product.tally}; ${fleet.summary}\n`);
  }, 300_000);
});

group('slow clients', () => {
  const world = new NetworkWorld('slow clients');
  beforeAll(() => world.begin({ STOWAGE_IDLE_TIMEOUT: String(IDLE) }));
  afterAll(() => world.end());

  /** What a neighbour has to be able to do meanwhile. */
  async function neighbourIsServed(name: string): Promise<void> {
    const content = world.random.bytes(3 * MIB);
    world.fleet.oracle.begins(name, content);
    const { id } = await new DropzoneUpload(world.product, { name, content, chunkSize: MIB }).complete(2);
    expect(sha256(await world.product.download(id))).toBe(sha256(content));
  }

  async function lag(): Promise<number> {
    return (await samplesOf(world.product)).of('stowage_event_loop_lag_p99_seconds') ?? NaN;
  }

  it(`${READERS} readers that read no more cost no memory, and are given up`, async () => {
    const { product, network } = world;
    const content = world.random.bytes(32 * MIB);
    const source = { name: 'large', content, chunkSize: 8 * MIB };
    const { id } = await new DropzoneUpload(product, source).complete();
    forgetPeakMemory(product.process.pid);
    const before = peakMemory(product.process.pid);
    const readers: RawSocket[] = [];
    for (let index = 0; index < READERS; index++) {
      const reader = await RawSocket.open(product.port, network.host);
      reader.stall();
      await reader.write(requestHead('GET', `/api/files/${id}/content`, world.headers));
      readers.push(reader);
    }
    world.count('stalledReaders', READERS);
    await until('all are served', () => world.openFiles.length === READERS);
    await neighbourIsServed('beside readers');
    world.countPeak('peakLagMs', (await lag()) * 1000);

    await until('all are given up', () => world.openFiles.length === 0, IDLE * 10_000);
    await until('nothing of them is left', async () => (await requestsInProgress(product)) === 0);
    for (const reader of readers) reader.close();
    const growth = peakMemory(product.process.pid) - before;
    world.countPeak('peakGrowthMiB', growth / MIB);
    expect(growth).toBeLessThanOrEqual(MOST_GROWTH);
    expect(sha256(await product.download(id))).toBe(sha256(content));
    expect(await balanced(product)).toEqual([]);
  }, 120_000);

  it(`${WRITERS} writers that bring little at a time, over a narrow link, lose nothing and hold nobody up`, async () => {
    const { product, network } = world;
    const writers = Array.from({ length: WRITERS }, (_, index) => {
      const content = world.random.bytes(48 * 1024);
      const upload = new DropzoneUpload(product, { name: `slow ${index}`, content, chunkSize: content.length });
      world.fleet.oracle.begins(upload.source.name, content);
      return { upload, content };
    });
    forgetPeakMemory(product.process.pid);
    const before = peakMemory(product.process.pid);
    network.narrow(512 * 1024);
    world.count('slowWriters', WRITERS);
    const answers = Promise.all(
      writers.map(async ({ upload }) => {
        const { contentType, body } = upload.form(0);
        const socket = await RawSocket.open(product.port, network.host);
        const head = {
          ...{ ...world.headers, 'Content-Type': contentType },
          'Content-Length': body.length,
        };
        await socket.write(requestHead('POST', '/upload', head));
        for (let at = 0; at < body.length; at += 2048) {
          await socket.write(body.subarray(at, at + 2048));
          await pause(200);
        }
        const answer = await socket.answer();
        socket.close();
        return answer;
      }),
    );
    await neighbourIsServed('beside writers');
    const ends = await answers;
    network.heal();
    expect(ends.map((answer) => answer?.status)).toEqual(writers.map(() => 201));
    for (const [index, answer] of ends.entries()) {
      if (answer === null) continue;
      const { file } = resultOf(answer);
      expect(file?.sha256).toBe(sha256(writers[index]?.content ?? Buffer.alloc(0)));
    }
    expect(peakMemory(product.process.pid) - before).toBeLessThanOrEqual(MOST_GROWTH);
    world.countPeak('peakLagMs', (await lag()) * 1000);
    await until('no file is open any more', () => world.openFiles.length === 0);
    expect(await balanced(product)).toEqual([]);
    expect(product.wrong).toEqual([]);
  }, 120_000);

  it('never make the event loop late', async () => {
    expect(await lag()).toBeLessThanOrEqual(MOST_LAG_SECONDS);
  });
});
