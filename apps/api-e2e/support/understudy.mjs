/**
 * Loaded before the API's own entry point (`node --import`), by tests only: loads the program, touches nothing, and waits to
 * be told that it is on. Most of a start is the loading; a server that is killed very often has its next one waiting.
 */
import { once } from 'node:events';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';

if (isMainThread) {
  // Whoever has started it is gone, and nobody would ever say so.
  const leave = () => process.exit(0);
  process.once('disconnect', leave);
  const told = once(process, 'message');
  await import(pathToFileURL(path.join(path.dirname(process.argv[1] ?? ''), 'server.js')).href);
  await told;
  process.off('disconnect', leave);
}
