import { setTimeout as pause } from 'node:timers/promises';
import type { Stopping } from '../stopping.js';
import type { Drain } from './drain.js';

/** When each step of a stop comes at the latest, in milliseconds after the server was told to. */
export const STOP_TIMES = {
  /** Bodies that still arrive are ended and answered. */
  bodies: 18_000,
  /** Connections that are still open are cut off. */
  connections: 20_000,
  /** Everything is closed: what is not, never will be. */
  all: 25_000,
} as const;

/**
 * Ends the traffic of a server, in order: not ready; after a while no more requests; bodies; connections.
 * @param delayMs how long requests are still taken, for a load balancer to notice
 */
export async function endTraffic(stopping: Stopping, drain: Drain, delayMs: number): Promise<void> {
  stopping.announce();
  if (delayMs > 0) await pause(delayMs);
  stopping.begin();
  const lastCall = setTimeout(() => {
    stopping.callLast();
  }, STOP_TIMES.bodies - delayMs);
  await drain.close(STOP_TIMES.connections - delayMs);
  clearTimeout(lastCall);
}
