import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { codeOf, contentOf, FakeRequest, formBody, inPieces } from '../../../../test/multipart-forms.js';
import { ClientAbort } from '../../../platform/http/client-abort.js';
import { DEFAULT_FORM_LIMITS } from './form-limits.js';
import { readForm, type FilePart, type FormSource } from './form-reader.js';

const MIB = 1024 * 1024;
const CHUNK = 64 * 1024;
const BATCH = DEFAULT_FORM_LIMITS.batchBytes;
const [HEAD, TAIL] = ((): [Buffer, Buffer] => {
  const form = formBody([
    { name: 'dzuuid', content: 'u' },
    { name: 'file', fileName: 'a', content: '' },
  ]);
  const split = form.lastIndexOf('\r\n--');
  return [form.subarray(0, split), form.subarray(split)];
})();

/** A form whose file has this many bytes, all of them views of one buffer. */
function* largeForm(bytes: number): Generator<Buffer> {
  const chunk = Buffer.alloc(CHUNK, 'x\r\n--');
  yield HEAD;
  for (let sent = 0; sent < bytes; sent += CHUNK) yield chunk.subarray(0, Math.min(CHUNK, bytes - sent));
  yield TAIL;
}

async function fileOf(source: FormSource, idleTimeoutMs = 30_000): Promise<FilePart> {
  const { file } = await readForm(source, { ...DEFAULT_FORM_LIMITS, idleTimeoutMs });
  if (file === null) throw new Error('The form has no file.');
  return file;
}

describe('the flow of a form', () => {
  it('stops after one batch while nobody asks, and goes on batch by batch', async () => {
    const source = new FakeRequest(largeForm(8 * MIB));
    const file = await fileOf(source);
    // One batch, the buffer that overfills it, and what the stream itself reads ahead.
    const ahead = BATCH + 2 * CHUNK + source.readableHighWaterMark;
    if (!source.isPaused()) await once(source, 'pause');
    let taken = 0;
    for await (const batch of file.content) {
      taken += batch.reduce((sum, piece) => sum + piece.length, 0);
      if (taken < 7 * MIB && !source.isPaused()) await once(source, 'pause');
      expect(source.bytesRead).toBeLessThanOrEqual(taken + ahead + HEAD.length);
    }
    expect(taken).toBe(8 * MIB);
  });

  it('gives batches of about the asked size, the last shorter', async () => {
    const file = await fileOf(new FakeRequest(largeForm(2 * MIB + 5)));
    const sizes: number[] = [];
    for await (const batch of file.content) sizes.push(batch.reduce((sum, piece) => sum + piece.length, 0));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2 * MIB + 5);
    for (const size of sizes.slice(0, -1)) {
      expect(size).toBeGreaterThanOrEqual(BATCH);
      expect(size).toBeLessThan(BATCH + 2 * CHUNK);
    }
  });

  it('keeps the content of 1 GiB out of memory', async () => {
    const used = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external;
    const file = await fileOf(new FakeRequest(largeForm(1024 * MIB)));
    const before = used();
    let peak = 0;
    let taken = 0;
    for await (const batch of file.content) {
      taken += batch.reduce((sum, piece) => sum + piece.length, 0);
      peak = Math.max(peak, used() - before);
    }
    expect(taken).toBe(1024 * MIB);
    expect(peak).toBeLessThan(64 * MIB);
  }, 60_000);

  it('keeps single bytes in few buffers', async () => {
    const body = Buffer.concat([HEAD, Buffer.alloc(100_000, 'x'), TAIL]);
    const file = await fileOf(new FakeRequest(inPieces(body, 1)));
    for await (const batch of file.content) expect(batch.length).toBeLessThan(100);
  });

  it('is let go, paused, when the iteration is left early', async () => {
    const source = new FakeRequest(largeForm(8 * MIB));
    const file = await fileOf(source);
    for await (const batch of file.content) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    expect(source.isPaused()).toBe(true);
    expect(source.ours).toBe(0);
    expect(source.destroyed).toBe(false);
  });

  it('is let go, paused, when the file is not wanted', async () => {
    const source = new FakeRequest(largeForm(8 * MIB));
    const file = await fileOf(source);
    file.discard();
    expect(source.isPaused()).toBe(true);
    expect(source.ours).toBe(0);
    expect(source.bytesRead).toBeLessThan(MIB);
  });

  it('is left paused without listeners after a refusal', async () => {
    const source = new FakeRequest([Buffer.from('x'.repeat(2000)), ...largeForm(MIB)]);
    expect(await codeOf(source)).toBe('malformed-multipart');
    expect(source.isPaused()).toBe(true);
    expect(source.ours).toBe(0);
  });
});

describe('a client that vanishes', () => {
  it.each([HEAD.subarray(0, 10), HEAD.subarray(0, 60)])('before the file rejects the form', async (sent) => {
    const source = new FakeRequest([sent], {}, 'abort');
    await expect(readForm(source)).rejects.toBeInstanceOf(ClientAbort);
    expect(source.ours).toBe(0);
  });

  it('in the file fails its content', async () => {
    const source = new FakeRequest([HEAD, Buffer.alloc(1000)], {}, 'abort');
    const form = await readForm(source);
    await expect(contentOf(form)).rejects.toBeInstanceOf(ClientAbort);
    expect(source.ours).toBe(0);
  });

  it('without an error is noticed too, also while the source is paused', async () => {
    const source = new FakeRequest(largeForm(8 * MIB));
    const file = await fileOf(source);
    if (!source.isPaused()) await once(source, 'pause');
    source.destroy();
    await once(source, 'close');
    await expect(file.content[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(ClientAbort);
  });

  it('before the reading began rejects the form', async () => {
    const source = new FakeRequest(largeForm(MIB));
    source.destroy();
    await expect(readForm(source)).rejects.toBeInstanceOf(ClientAbort);
  });

  it('while nobody reads the content is no unhandled rejection', async () => {
    const source = new FakeRequest([HEAD, Buffer.alloc(1000)], {}, 'abort');
    const closed = new Promise((resolve) => source.once('close', resolve));
    await readForm(source);
    await closed;
    // Rejections that nobody handles are reported after the microtasks, and then fail the test.
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.ours).toBe(0);
  });
});

describe('a source that was read by somebody else', () => {
  it('is refused at once', async () => {
    const source = new FakeRequest([HEAD, TAIL]);
    source.resume();
    await once(source, 'end');
    // Streams destroy themselves after their end, which looks like a client that is gone.
    await expect(readForm(source)).rejects.toThrow();
  });
});

describe('a client that falls silent', () => {
  it('before the file, and in it, is given up', async () => {
    expect(await codeOf(new FakeRequest([HEAD.subarray(0, 20)], {}, 'silence'), { idleTimeoutMs: 10 })).toBe(
      'request-timeout',
    );
    const source = new FakeRequest([HEAD], {}, 'silence');
    expect(await codeOf(source, { idleTimeoutMs: 10 })).toBe('request-timeout');
    expect(source.isPaused()).toBe(true);
    expect(source.ours).toBe(0);
  });

  it('is not one whom we keep waiting', async () => {
    const source = new FakeRequest(largeForm(2 * MIB));
    const file = await fileOf(source, 20);
    if (!source.isPaused()) await once(source, 'pause');
    // Longer than the timeout, which an equal timer set later cannot outrun.
    await new Promise((resolve) => setTimeout(resolve, 40));
    let taken = 0;
    for await (const batch of file.content) taken += batch.reduce((sum, piece) => sum + piece.length, 0);
    expect(taken).toBe(2 * MIB);
  });

  it('is not waited for by a stream that delivers, or ends, while it is paused', async () => {
    const source = new FakeRequest([], {}, 'silence');
    const reading = fileOf(source, 10);
    source.emit('data', Buffer.concat([HEAD, Buffer.alloc(BATCH)]));
    const file = await reading;
    source.emit('data', TAIL);
    await new Promise((resolve) => setTimeout(resolve, 30));
    source.emit('end');
    const iterator = file.content[Symbol.asyncIterator]();
    expect((await iterator.next()).done).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await iterator.next()).done).toBe(true);
  });

  it('may be slow, as long as bytes come', async () => {
    const chunks = inPieces(Buffer.concat([HEAD, TAIL]), 20);
    const source = new FakeRequest([], {}, 'silence');
    const code = codeOf(source, { idleTimeoutMs: 200 });
    const started = performance.now();
    for (const chunk of chunks) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      source.push(chunk);
    }
    source.push(null);
    expect(await code).toBeNull();
    expect(performance.now() - started).toBeGreaterThan(200);
  });
});
