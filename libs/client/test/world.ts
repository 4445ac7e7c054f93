import { ApiClient } from '../src/api-client.js';
import type { ServerConnection } from '../src/server-connection.js';
import { type UploadContext, uploadContext } from '../src/upload-context.js';
import type { UploadSource } from '../src/upload-source.js';
import { FakeClock } from './fake-clock.js';
import { FakeConnectivity } from './fake-connectivity.js';
import { FakeServer } from './fake-server.js';

/** A server, a clock and a network for one test, and a context that knows nothing else. */
export interface World {
  readonly server: FakeServer;
  readonly clock: FakeClock;
  readonly network: FakeConnectivity;
  readonly api: ApiClient;
  readonly context: UploadContext;
}

/** Builds a {@link World}; randomness is one half, always. */
export function world(connection: Partial<ServerConnection> = {}): World {
  const server = new FakeServer();
  const clock = new FakeClock();
  const network = new FakeConnectivity();
  const api = new ApiClient({ fetch: server.fetch, ...connection });
  const context = uploadContext(api, { transport: server, clock, connectivity: network, random: () => 0.5 });
  return { server, clock, network, api, context };
}

/** A source of `length` bytes that differ from their neighbours. */
export function source(length: number, name = 'report.txt', path = ''): UploadSource {
  const bytes = Uint8Array.from({ length }, (_, index) => index % 251);
  return { name, path, content: new Blob([bytes], { type: 'text/plain' }) };
}
