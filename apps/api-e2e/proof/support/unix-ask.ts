import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Asks a server on a Unix socket.
 * @returns the body of its answer
 * @throws Error when it refuses
 */
export function ask(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path })
      .on('response', (response) => {
        text(response).then((body) => {
          if (response.statusCode === 200) resolve(body);
          else reject(new Error(`${path}: ${response.statusCode ?? 0} ${body}`));
        }, reject);
      })
      .on('error', reject)
      .end();
  });
}
