import type { IncomingMessage } from 'node:http';
import { newId } from '../database/ids.js';

const ids = new WeakMap<IncomingMessage, string>();

/** The id of a request: ours, never the client's; found in its log lines and its problem. */
export function requestIdOf(request: IncomingMessage): string {
  const known = ids.get(request);
  if (known !== undefined) return known;
  const id = newId();
  ids.set(request, id);
  return id;
}
