/** Sends a file with our own client. Arguments: the server's origin, the file, a token. */
import { openAsBlob } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { workspaceRoot } from '../../workspace/root.mjs';

/** @typedef {{ state: string, problem: unknown }} Snapshot */
/**
 * @typedef {object} ClientLibrary what is used of it
 * @property {(connection: object) => object} connectTo
 * @property {new (connection: object) => object} ApiClient
 * @property {(api: object) => object} uploadContext
 * @property {new (source: object, context: object) => { start(): void, subscribe(listener: (snapshot: Snapshot) => void): void }} Uploader
 */

const [baseUrl = '', file = '', token = ''] = process.argv.slice(2);
// The built library, as another program would have it: the tools depend on no source of the product.
const built = pathToFileURL(path.join(workspaceRoot, 'libs', 'client', 'dist', 'index.js'));
const { ApiClient, Uploader, connectTo, uploadContext } = /** @type {ClientLibrary} */ (await import(built.href));

const headers = () => ({ Authorization: `Bearer ${token}` });
const api = new ApiClient(connectTo({ baseUrl, headers }));
const uploader = new Uploader({ name: 'film.bin', path: '', content: await openAsBlob(file) }, uploadContext(api));

await new Promise((resolve, reject) => {
  uploader.subscribe(({ state, problem }) => {
    if (state === 'complete') resolve(undefined);
    if (state === 'failed' || state === 'cancelled') reject(problem);
  });
  uploader.start();
});
