import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { discardRest } from './discard-rest.js';

const MIB = 1024 * 1024;

/** A body of which more can come. */
class Body extends Readable {
  complete = false;

  override _read(): void {
    // Pushed from outside.
  }
}

class Answer extends EventEmitter {
  writableFinished = false;

  finish(): void {
    this.writableFinished = true;
    this.emit('finish');
  }
}

let body: Body;
let answer: Answer;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  body = new Body();
  answer = new Answer();
});

afterEach(() => {
  jest.useRealTimers();
});

const discard = () => {
  discardRest(body as unknown as IncomingMessage, answer as unknown as ServerResponse);
};

async function send(bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += MIB) {
    body.push(Buffer.alloc(Math.min(MIB, bytes - sent)));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the rest of a body that is not wanted', () => {
  it('is read and thrown away, so that the answer arrives', async () => {
    discard();
    answer.finish();
    await send(16 * MIB);
    expect(body.readableLength).toBe(0);
    expect(body.destroyed).toBe(false);
  });

  it('is cut off after 16 MiB, when the answer is out', async () => {
    discard();
    answer.finish();
    await send(16 * MIB + 1);
    expect(body.destroyed).toBe(true);
  });

  it('is not cut off before the answer is out', async () => {
    discard();
    await send(17 * MIB);
    expect(body.destroyed).toBe(false);
    answer.finish();
    expect(body.destroyed).toBe(true);
  });

  it('is cut off after 10 s, however slowly it comes', async () => {
    discard();
    answer.finish();
    await send(1);
    jest.advanceTimersByTime(9_999);
    expect(body.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(body.destroyed).toBe(true);
  });

  it('leaves no timer behind when it ends by itself', async () => {
    discard();
    body.push(null);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('may break off', () => {
    discard();
    expect(() => body.destroy(new Error('aborted'))).not.toThrow();
  });

  it.each([
    ['all has come', () => (body.complete = true)],
    ['the connection is gone', () => body.destroy()],
  ])('is left alone when %s', (_, prepare) => {
    prepare();
    discard();
    expect(body.listenerCount('data')).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
