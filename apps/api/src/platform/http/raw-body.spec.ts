import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { readAll } from '../../../test/bytes.js';
import { ClientAbort } from './client-abort.js';
import { ProblemError } from './problem-error.js';
import { batchBytesFor, openBody, type BodyLimits, type BodySource, type RawBody } from './raw-body.js';

const KIB = 1024;
const LIMITS: BodyLimits = {
  maxBytes: 100 * KIB,
  tooLong: () => new ProblemError('chunk-too-large', 'Too long.'),
  idleTimeoutMs: 30_000,
  minRate: 1024,
  batchBytes: 16 * KIB,
};

/** A request that sends these buffers; without an end when told so. */
class Source extends Readable {
  taken = 0;
  private readonly pieces: Iterator<Buffer>;

  constructor(
    pieces: Iterable<Buffer>,
    readonly headers: IncomingHttpHeaders,
    private readonly endless = false,
  ) {
    super({ highWaterMark: 1 });
    this.pieces = pieces[Symbol.iterator]();
  }

  override _read(): void {
    const next = this.pieces.next();
    if (next.done === true) {
      if (!this.endless) this.push(null);
      return;
    }
    this.taken += next.value.length;
    this.push(next.value);
  }
}

const CHUNKED = { 'transfer-encoding': 'chunked' };

function* pieces(count: number, bytes = KIB): Generator<Buffer> {
  for (let index = 0; index < count; index++) yield Buffer.alloc(bytes, index);
}

function bodyOf(source: BodySource, limits: Partial<BodyLimits> = {}): RawBody {
  return openBody(source, { ...LIMITS, ...limits });
}

async function bytesIn(body: RawBody): Promise<Buffer> {
  const batches: Buffer[] = [];
  for await (const batch of body.content) batches.push(...batch);
  return Buffer.concat(batches);
}

async function faultOf(body: RawBody): Promise<unknown> {
  return bytesIn(body).then(
    () => null,
    (error: unknown) => error,
  );
}

describe('a raw body', () => {
  it('is handed over as it came', async () => {
    const body = bodyOf(new Source(pieces(50), { 'content-length': String(50 * KIB) }));
    expect(body.length).toBe(50 * KIB);
    expect(await bytesIn(body)).toEqual(Buffer.concat([...pieces(50)]));
  });

  it('has no length when none is announced, and none at all without a framing', async () => {
    expect(bodyOf(new Source([], CHUNKED)).length).toBeNull();
    const none = bodyOf(new Source([], {}));
    expect(none.length).toBe(0);
    expect(await bytesIn(none)).toHaveLength(0);
  });

  it('is refused by its announced length before a byte is read', () => {
    for (const length of [String(100 * KIB + 1), '9007199254740993', '9'.repeat(400)]) {
      const source = new Source(pieces(3), { 'content-length': length });
      expect(() => bodyOf(source)).toThrow('Too long.');
      expect(source.taken).toBe(0);
    }
    expect(bodyOf(new Source([], { 'content-length': String(100 * KIB) })).length).toBe(100 * KIB);
  });

  it('is refused as soon as it is longer than allowed', async () => {
    const source = new Source(pieces(1000), CHUNKED);
    expect(await faultOf(bodyOf(source))).toMatchObject({ code: 'chunk-too-large' });
    expect(source.taken).toBeLessThan(110 * KIB);
    expect(source.isPaused()).toBe(true);
  });

  it('is not read before anybody asks, and one batch ahead then', async () => {
    const source = new Source(pieces(90), CHUNKED);
    const { content } = bodyOf(source);
    expect(source.taken).toBe(0);
    const batches = content[Symbol.asyncIterator]();
    const first = await batches.next();
    if (!source.isPaused()) await once(source, 'pause');
    expect(first.done).toBe(false);
    expect(source.taken).toBeLessThanOrEqual(2 * LIMITS.batchBytes + 4 * KIB);
  });

  it('lets go of the source when its reader leaves early', async () => {
    const source = new Source(pieces(90), CHUNKED);
    for await (const batch of bodyOf(source).content) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    expect(source.isPaused()).toBe(true);
    expect(source.listenerCount('data')).toBe(0);
    expect(source.destroyed).toBe(false);
  });

  it('fails when the client vanishes, with what was held dropped', async () => {
    const source = new Source(pieces(2), CHUNKED, true);
    const fault = faultOf(bodyOf(source));
    source.destroy();
    expect(await fault).toBeInstanceOf(ClientAbort);
    const gone = new Source([], CHUNKED);
    gone.destroy();
    expect(await faultOf(bodyOf(gone))).toBeInstanceOf(ClientAbort);
  });

  it('that is worth something by its beginning is handed over as it comes, also before it fails', async () => {
    const source = new Source(pieces(3), CHUNKED, true);
    const batches = bodyOf(source, { eager: true }).content[Symbol.asyncIterator]();
    const first = await batches.next();
    expect(Buffer.concat(first.done === true ? [] : first.value).length).toBeGreaterThan(0);
    const rest: Buffer[] = [];
    const fault = (async () => {
      for (let next = await batches.next(); next.done !== true; next = await batches.next()) rest.push(...next.value);
    })().catch((error: unknown) => error);
    source.destroy();
    expect(await fault).toBeInstanceOf(ClientAbort);
    expect(source.taken).toBeGreaterThanOrEqual(KIB);
  });

  it('fails with the reason when the request is ended for one', async () => {
    const source = new Source(pieces(2), CHUNKED, true);
    const fault = faultOf(bodyOf(source));
    source.destroy(new Error('somebody else writes here'));
    expect(await fault).toMatchObject({ cause: { message: 'somebody else writes here' } });
  });

  it('is given up after silence', async () => {
    const source = new Source(pieces(2), CHUNKED, true);
    expect(await faultOf(bodyOf(source, { idleTimeoutMs: 20 }))).toMatchObject({ code: 'request-timeout' });
  });

  it('keeps single bytes in few buffers', async () => {
    const source = new Source(pieces(50_000, 1), CHUNKED);
    for await (const batch of bodyOf(source).content) expect(batch.length).toBeLessThan(10);
  });

  it('can be read by a stream reader that wants all of it', async () => {
    const { content } = bodyOf(new Source(pieces(3), CHUNKED));
    expect(
      await readAll(Readable.from(content, { objectMode: true }).map((batch: Buffer[]) => Buffer.concat(batch))),
    ).toHaveLength(3 * KIB);
  });
});

describe('what a body hands over at once', () => {
  it('is less, the more of them come, so that together they need no more than they may', () => {
    expect([1, 2, 3, 8, 16, 1_000].map((bodies) => batchBytesFor(bodies) / KIB)).toEqual([
      ...[2_048, 2_048, expect.closeTo(1_365, 0), 512, 256, 256],
    ]);
  });
});
