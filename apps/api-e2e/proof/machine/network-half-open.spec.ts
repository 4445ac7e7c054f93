import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { balanced } from '../../support/conservation.js';
import { DropzoneUpload } from '../../support/dropzone.js';
import { RawSocket, requestHead } from '../../support/raw-socket.js';
import { sha256 } from '../../support/random.js';
import { requestsInProgress } from '../../support/samples.js';
import { until } from '../../support/until.js';
import { NetworkWorld } from './support/network-world.js';
import { whereNetworksFail } from './support/where-there-is.js';

const CONNECTIONS = Number(process.env.STOWAGE_HALF_OPEN);
const CHUNK = 400_000;
/** Seconds after which the server gives up a body that has fallen silent; more than a client has to wait. */
const IDLE = 12;

const CASES = [
  { how: 'within 5 s', places: {}, seconds: 5 },
  // Which upload a request is about stands in its body, which is not read before there is a place for it.
  {
    how: 'once the dead ones are given up, where they have taken every place',
    places: { STOWAGE_MAX_CHUNK_REQUESTS: String(CONNECTIONS) },
    seconds: IDLE + 5,
  },
] as const;

whereNetworksFail('connections that are half open').each(CASES)(
  'chunks whose connections have died without a word',
  (of) => {
    const { how, places, seconds } = of;
    const world = new NetworkWorld(`half open, ${how}`);
    beforeAll(() => world.begin({ STOWAGE_IDLE_TIMEOUT: String(IDLE), ...places }));
    afterAll(() => world.end());

    /** An upload of whose first chunk one half is on its way. */
    async function begun(index: number) {
      const { product, network, random, fleet } = world;
      const source = { name: `half open ${index}`, content: random.bytes(CHUNK * 2), chunkSize: CHUNK };
      fleet.oracle.begins(source.name, source.content);
      const upload = new DropzoneUpload(product, source);
      const { contentType, body } = upload.form(0);
      const socket = await RawSocket.open(product.port, network.host);
      const head = {
        ...world.headers,
        'Content-Type': contentType,
        'Content-Length': body.length,
      };
      await socket.write(requestHead('POST', '/upload', head));
      await socket.write(body.subarray(0, body.length / 2));
      return { source, upload, socket };
    }

    it(`are taken on others ${how}`, async () => {
      const { product, network } = world;
      const dead = [];
      for (let index = 0; index < CONNECTIONS; index++) dead.push(await begun(index));
      await until('their bytes are arriving', async () => (await product.unfinished()).length === CONNECTIONS);
      network.forget(dead.map(({ socket }) => socket.localPort));
      for (const { socket } of dead) socket.close();
      world.count('halfOpenConnections', CONNECTIONS);
      expect(network.connections(product.port)).toBeGreaterThanOrEqual(CONNECTIONS);

      const since = performance.now();
      const files = await Promise.all(dead.map(({ upload }) => upload.complete()));
      const took = performance.now() - since;
      world.countPeak('peakResumeMs', took);
      expect(took).toBeLessThanOrEqual(seconds * 1000);

      await until('the dead ones are given up', async () => (await requestsInProgress(product)) === 0, IDLE * 4_000);
      await until('no file is open any more', () => world.openFiles.length === 0);
      for (const [index, { id }] of files.entries()) {
        expect(sha256(await product.download(id))).toBe(sha256(dead[index]?.source.content ?? Buffer.alloc(0)));
      }
      expect(await balanced(product)).toEqual([]);
      expect(product.wrong).toEqual([]);
      process.stderr.write(
        `${CONNECTIONS} half-open connections: all chunks taken on others in ${Math.round(took)} ms (${how})\n`,
      );
    }, 180_000);
  },
);
