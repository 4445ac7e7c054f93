import { Worker } from 'node:worker_threads';
import type { ByteRange } from '@stowage/contract';
import { MissingBytes } from '../blob-store.js';
import type { DigestReply, DigestRequest } from './digest-protocol.js';

interface Waiter {
  readonly resolve: (sha256: string) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's side of the digest worker: SHA-256 of staged files, computed off the event loop. */
export class DigestFollower {
  private worker: Worker | null = null;
  private closed = false;
  private readonly waiters = new Map<number, Waiter>();
  private lastTicket = 0;

  /** @param script the compiled worker */
  constructor(private readonly script: URL) {}

  /** Lets the running digest of a staged file go on up to `end`. */
  advance(uploadId: string, path: string, end: number): void {
    this.send({ kind: 'advance', uploadId, path, end });
  }

  /**
   * SHA-256 of the first `length` bytes, in hex.
   * @throws MissingBytes when the file is shorter; a system error when it cannot be read
   */
  finish(uploadId: string, path: string, length: number): Promise<string> {
    return this.ask((ticket) => ({ kind: 'finish', uploadId, path, length, ticket }));
  }

  /**
   * SHA-256 of a part of a file, in hex, whatever is followed of it.
   * @throws MissingBytes when the file is shorter; a system error when it cannot be read
   */
  part(path: string, { start, end }: ByteRange): Promise<string> {
    return this.ask((ticket) => ({ kind: 'part', path, start, end, ticket }));
  }

  /** Drops the running digest of an upload that has ended; whoever waits for it gets an error. */
  forget(uploadId: string): void {
    this.worker?.postMessage({ kind: 'forget', uploadId } satisfies DigestRequest);
  }

  /** Ends the worker, for good: another would keep the process from ending. Whoever waits gets an error. */
  async close(): Promise<void> {
    const { worker } = this;
    this.closed = true;
    this.worker = null;
    await worker?.terminate();
    this.failAll(shuttingDown());
  }

  private ask(request: (ticket: number) => DigestRequest): Promise<string> {
    if (this.closed) return Promise.reject(shuttingDown());
    return new Promise((resolve, reject) => {
      const ticket = ++this.lastTicket;
      this.waiters.set(ticket, { resolve, reject });
      this.send(request(ticket));
    });
  }

  private send(request: DigestRequest): void {
    if (this.closed) return;
    this.worker ??= this.start();
    this.worker.postMessage(request);
  }

  private start(): Worker {
    const worker = new Worker(this.script);
    worker.on('message', (reply: DigestReply) => {
      this.settle(reply);
    });
    // A worker that dies takes its running digests along: the next request starts another, which begins from 0.
    worker.on('error', (error: Error) => {
      if (this.worker === worker) this.worker = null;
      this.failAll(error);
    });
    return worker;
  }

  private settle(reply: DigestReply): void {
    const waiter = this.waiters.get(reply.ticket);
    this.waiters.delete(reply.ticket);
    if (waiter === undefined) return;
    if ('sha256' in reply) waiter.resolve(reply.sha256);
    else if ('missing' in reply) waiter.reject(new MissingBytes('The staging file is shorter than recorded.'));
    else waiter.reject(Object.assign(new Error(reply.message), reply.code === null ? {} : { code: reply.code }));
  }

  private failAll(error: Error): void {
    for (const waiter of this.waiters.values()) waiter.reject(error);
    this.waiters.clear();
  }
}

function shuttingDown(): Error {
  return new Error('The server is shutting down.');
}
