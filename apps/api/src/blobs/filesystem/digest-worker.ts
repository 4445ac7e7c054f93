import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { DigestReply, DigestRequest } from './digest-protocol.js';

/**
 * Runs in a thread of its own: hashes staged files in order, through the page cache, as their contiguous prefix grows.
 * Many uploads take turns, a slice each, so that a large one does not hold up a small one.
 */

/** Uploads whose running digest is kept; the longest idle one is dropped, and begins again if it is wanted. */
const MOST_UPLOADS = 2_000;
const BUFFER = Buffer.allocUnsafe(1024 * 1024);
const BUFFERS_A_SLICE = 8;

interface Following {
  readonly hash: Hash;
  path: string;
  /** Bytes hashed. */
  position: number;
  /** Bytes that may be hashed. */
  end: number;
  /** Who waits for the digest. */
  readonly tickets: number[];
}

/** By upload; a part that was asked for stands under a name that no upload has. */
const followed = new Map<string, Following>();
/** Uploads with something to do, in turn. */
const queue = new Set<string>();
let scheduled = false;

function followingOf(uploadId: string, path: string): Following {
  const known = followed.get(uploadId);
  const following = known ?? { hash: createHash('sha256'), path, position: 0, end: 0, tickets: [] };
  // Setting again moves it to the end: the map is in order of last use.
  followed.delete(uploadId);
  followed.set(uploadId, following);
  if (followed.size > MOST_UPLOADS) dropIdle();
  return following;
}

function dropIdle(): void {
  for (const [uploadId, following] of followed) {
    if (following.tickets.length === 0 && !queue.has(uploadId)) {
      followed.delete(uploadId);
      return;
    }
  }
}

function take(request: DigestRequest): void {
  if (request.kind === 'forget') {
    queue.delete(request.uploadId);
    const forgotten = followed.get(request.uploadId);
    if (forgotten !== undefined) fail(request.uploadId, forgotten, new Error('The upload has ended.'));
    return;
  }
  if (request.kind === 'part') {
    const { path, start, end, ticket } = request;
    const id = `part ${ticket}`;
    followed.set(id, { hash: createHash('sha256'), path, position: start, end, tickets: [ticket] });
    queue.add(id);
    schedule();
    return;
  }
  const following = followingOf(request.uploadId, request.path);
  if (request.kind === 'finish') following.tickets.push(request.ticket);
  following.end = Math.max(following.end, request.kind === 'finish' ? request.length : request.end);
  queue.add(request.uploadId);
  schedule();
}

function schedule(): void {
  if (scheduled || queue.size === 0) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    const [uploadId] = queue;
    if (uploadId !== undefined) turn(uploadId);
    schedule();
  });
}

function turn(uploadId: string): void {
  queue.delete(uploadId);
  const following = followed.get(uploadId);
  if (following === undefined) return;
  try {
    hashSlice(following);
    if (following.position < following.end) {
      queue.add(uploadId);
      return;
    }
    if (following.tickets.length === 0) return;
    followed.delete(uploadId);
    const sha256 = following.hash.digest('hex');
    for (const ticket of following.tickets) reply({ ticket, sha256 });
  } catch (error) {
    fail(uploadId, following, error);
  }
}

function hashSlice(following: Following): void {
  if (following.position >= following.end) return;
  const file = openSync(following.path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for (let turns = 0; turns < BUFFERS_A_SLICE && following.position < following.end; turns++) {
      const wanted = Math.min(BUFFER.length, following.end - following.position);
      const bytes = readSync(file, BUFFER, 0, wanted, following.position);
      if (bytes === 0) throw new ShortFile();
      following.hash.update(BUFFER.subarray(0, bytes));
      following.position += bytes;
    }
  } finally {
    closeSync(file);
  }
}

class ShortFile extends Error {}

/** A fault drops the running digest. It is told only to whoever waits for it: the next request begins again. */
function fail(uploadId: string, following: Following, error: unknown): void {
  followed.delete(uploadId);
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  for (const ticket of following.tickets) {
    reply(error instanceof ShortFile ? { ticket, missing: true } : { ticket, message, code });
  }
}

function reply(message: DigestReply): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', take);
