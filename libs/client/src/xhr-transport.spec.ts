import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeXhr } from '../test/fake-xhr.js';
import type { ChunkRequest } from './transport.js';
import { XhrTransport } from './xhr-transport.js';

const real = Object.getOwnPropertyDescriptor(globalThis, 'XMLHttpRequest');

function request(more: Partial<ChunkRequest> = {}): ChunkRequest {
  return {
    url: '/upload',
    method: 'POST',
    body: new FormData(),
    chunkLength: 100,
    headers: { accept: 'application/json' },
    credentials: 'same-origin',
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...more,
  };
}

function latest(): FakeXhr {
  if (FakeXhr.last === null) throw new Error('No request was made.');
  return FakeXhr.last;
}

describe('sending with XMLHttpRequest', () => {
  beforeAll(() => void Object.defineProperty(globalThis, 'XMLHttpRequest', { value: FakeXhr, configurable: true }));
  afterAll(() => {
    if (real === undefined) Reflect.deleteProperty(globalThis, 'XMLHttpRequest');
    else Object.defineProperty(globalThis, 'XMLHttpRequest', real);
  });

  it('takes every status as an answer', async () => {
    const answer = new XhrTransport().send(request({ credentials: 'include' }));
    expect(latest()).toMatchObject({ url: '/upload', withCredentials: true, headers: { accept: 'application/json' } });
    latest().answer(503, '{}');
    await expect(answer).resolves.toEqual({ status: 503, body: '{}', retryAfter: '3' });
  });

  it('counts the bytes of the chunk, not of the form around it', () => {
    const seen: number[] = [];
    void new XhrTransport().send(request({ onProgress: (sent) => seen.push(sent) }));
    for (const loaded of [10, 60, 160]) latest().upload.onprogress?.({ loaded, total: 160 });
    expect(seen).toEqual([0, 0, 100]);
  });

  it('rejects with a network problem, or with the reason of an abort', async () => {
    const failing = new XhrTransport().send(request());
    latest().fail();
    await expect(failing).rejects.toMatchObject({ code: 'network' });
    const abort = new AbortController();
    const aborted = new XhrTransport().send(request({ signal: abort.signal }));
    abort.abort('reason');
    await expect(aborted).rejects.toBe('reason');
    await expect(new XhrTransport().send(request({ signal: abort.signal }))).rejects.toBe('reason');
  });
});
