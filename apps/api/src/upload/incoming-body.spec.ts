import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf, HeldContent } from '../../test/bytes.js';
import type { Content } from '../blobs/blob-store.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { IncomingBody, type BodyCheck } from './incoming-body.js';
import { UploadLeases, type Lease } from './upload-leases.js';

const lease = (): Promise<Lease> => new UploadLeases().acquire('u', 0, 1);

async function* batches(...all: readonly (readonly Buffer[])[]): Content {
  for (const batch of all) {
    await Promise.resolve();
    yield batch;
  }
}

async function bodyOf(content: Content, start = 0, check: BodyCheck | null = null): Promise<IncomingBody> {
  return new IncomingBody(content, start, await lease(), check);
}

/** Reads a run whole. */
async function read(body: IncomingBody, bytes: number, ms = Infinity): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const batch of body.run({ bytes, ms })) pieces.push(...batch);
  return Buffer.concat(pieces);
}

afterEach(() => {
  jest.useRealTimers();
});

describe('a body', () => {
  it('comes apart into runs and gaps without losing, doubling or moving a byte, however it arrives', async () => {
    const sizes = fc.array(fc.array(fc.nat(20), { maxLength: 4 }), { maxLength: 8 });
    const steps = fc.array(fc.record({ bytes: fc.nat(30), skip: fc.boolean() }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, steps, fc.nat(1_000), async (shape, plan, start) => {
        const whole = bytesOf(shape.flat().reduce((sum, size) => sum + size, 0));
        let cut = 0;
        const arriving = shape.map((batch) => batch.map((size) => whole.subarray(cut, (cut += size))));
        const checked: Buffer[] = [];
        const check = { update: (bytes: Buffer) => checked.push(bytes), verify: () => undefined };
        const body = await bodyOf(batches(...arriving), start, check);
        for (const { bytes, skip } of plan) {
          const at = body.position - start;
          if (skip) await body.skip(bytes);
          else expect(await read(body, bytes)).toEqual(whole.subarray(at, at + bytes));
          expect(body.position - start).toBe(Math.min(at + bytes, whole.length));
        }
        await body.skip(whole.length);
        expect(await body.hasMore()).toBe(false);
        expect(body.ended).toBe(true);
        // A digest covers what was skipped as well.
        expect(Buffer.concat(checked)).toEqual(whole);
      }),
    );
  });

  it('says whether anything comes after what was wanted, though it comes late', async () => {
    const held = new HeldContent(Buffer.from('wanted'), Buffer.from('more'));
    const body = await bodyOf(held.content);
    expect(String(await read(body, 6))).toBe('wanted');
    const more = body.hasMore();
    await held.asked;
    held.goOn();
    expect(await more).toBe(true);
  });

  it('delivers what came before it broke off, and then says why', async () => {
    const held = new HeldContent(Buffer.from('abc'), Buffer.from('def'));
    const body = await bodyOf(held.content);
    const reading = read(body, 100);
    await held.asked;
    const gone = new Error('gone');
    held.breakOff(gone);
    expect(String(await reading)).toBe('abc');
    expect(body.failure).toBe(gone);
    expect(await body.hasMore()).toBe(false);
    expect(() => {
      body.verify();
    }).toThrow(gone);
  });

  it('ends a run when its time is up, and goes on with the next from the same byte', async () => {
    jest.useFakeTimers();
    const held = new HeldContent(Buffer.from('abc'), Buffer.from('def'));
    const body = await bodyOf(held.content);
    const first = read(body, 100, 5_000);
    await jest.advanceTimersByTimeAsync(4_999);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(String(await first)).toBe('abc');
    expect(body.ended).toBe(false);
    const second = read(body, 100, 5_000);
    // The time of a run begins with its first byte.
    await jest.advanceTimersByTimeAsync(60_000);
    held.goOn();
    expect(String(await second)).toBe('def');
    expect(body.ended).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('breaks off when its writer is asked to stop, though its client says nothing', async () => {
    const leases = new UploadLeases();
    const held = new HeldContent(Buffer.from('abc'), Buffer.from('def'));
    const body = new IncomingBody(held.content, 0, await leases.acquire('u', 0, 1), null);
    const reading = read(body, 100);
    await held.asked;
    leases.stopEverything(new ProblemError('shutting-down', 'Later.'));
    expect(String(await reading)).toBe('abc');
    expect(body.failure).toMatchObject({ code: 'shutting-down' });
  });

  it('asks the digest only at the end', async () => {
    const verify = jest.fn();
    const body = await bodyOf(batches([Buffer.from('abc')]), 0, { update: () => undefined, verify });
    await read(body, 3);
    await body.hasMore();
    expect(verify).not.toHaveBeenCalled();
    body.verify();
    expect(verify).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['is not read to its end', 1],
    ['breaks off', 100],
  ])('lets its source go when it %s', async (_, bytes) => {
    const close = jest.fn();
    let asked = 0;
    const source = {
      next: () =>
        asked++ === 0
          ? Promise.resolve({ done: false as const, value: [Buffer.from('abc')] })
          : Promise.reject(new Error('gone')),
      return: () => {
        close();
        return Promise.resolve({ done: true as const, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return source;
      },
    };
    const body = await bodyOf(source);
    await read(body, bytes);
    body.close();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('that was read to its end needs no letting go', async () => {
    const source = batches([Buffer.from('abc')]);
    const close = jest.spyOn(source as AsyncGenerator<readonly Buffer[]>, 'return');
    const body = await bodyOf(source);
    await read(body, 10);
    body.close();
    expect(close).not.toHaveBeenCalled();
  });
});
