import { pathToFileURL } from 'node:url';

/** The digest worker, compiled by the global setup: a thread is outside of jest, which compiles all the rest. */
export function digestWorker(): URL {
  const script = process.env['STOWAGE_TEST_DIGEST_WORKER'];
  if (script === undefined) throw new Error('Medium tests need the global setup of apps/api/jest.config.mjs.');
  return pathToFileURL(script);
}
