import { describe, expect, it } from '@jest/globals';
import { refusal, refusedChunk } from '../test/fake-server.js';
import { FakeUnfinished } from '../test/fake-unfinished.js';
import { type World, source, world } from '../test/world.js';
import type { TransferSnapshot } from './transfer.js';
import { UploadQueue } from './upload-queue.js';
import { needsNewUpload } from './upload-outcome.js';
import { Uploader } from './uploader.js';

const LENGTH = 95;
const content = Uint8Array.from({ length: LENGTH }, (_, index) => index % 251);

type Held = readonly (readonly [number, number])[];

/** A world in which an upload is unfinished, and an uploader that is to continue it. */
function unfinished(held: Held, file = source(LENGTH), name?: string): [World, FakeUnfinished, Uploader] {
  const w = world();
  const upload = new FakeUnfinished(content, held, name);
  w.server.unfinished = upload;
  return [w, upload, new Uploader({ ...file, resume: { uploadId: upload.id } }, w.context)];
}

const reached =
  (uploader: Uploader, ...states: TransferSnapshot['state'][]) =>
  (): boolean =>
    states.includes(uploader.snapshot.state);

async function ended(w: World, uploader: Uploader): Promise<TransferSnapshot> {
  uploader.start();
  await w.clock.until(reached(uploader, 'complete', 'failed'));
  return uploader.snapshot;
}

describe('continuing an upload', () => {
  it.each<[string, Held, [number, number][]]>([
    [
      'the end',
      [[0, 80]],
      [
        [80, 90],
        [90, 95],
      ],
    ],
    [
      'gaps of any size',
      [
        [3, 40],
        [41, 70],
        [72, 95],
      ],
      [
        [0, 3],
        [40, 41],
        [70, 72],
      ],
    ],
    [
      'everything',
      [],
      [
        [0, 10],
        [10, 20],
        [20, 30],
        [30, 40],
        [40, 50],
        [50, 60],
        [60, 70],
        [70, 80],
        [80, 90],
        [90, 95],
      ],
    ],
  ])('sends %s and nothing that is held', async (_, held, sent) => {
    const [w, upload, uploader] = unfinished(held);
    const snapshot = await ended(w, uploader);
    expect(snapshot).toMatchObject({ state: 'complete', acknowledged: LENGTH, file: { name: 'report.txt' } });
    const inOrder = [...upload.sent].sort((a, b) => a.start - b.start);
    expect(inOrder).toEqual(sent.map(([start, end]) => ({ start, end })));
    expect(upload.bytes).toEqual([...content]);
  });

  it('compares all that is held before it sends, and tells how far that is', async () => {
    const [w, upload, uploader] = unfinished([
      [0, 50],
      [60, 90],
    ]);
    const seen: TransferSnapshot[] = [];
    uploader.subscribe((snapshot) => seen.push(snapshot));
    await ended(w, uploader);
    const digests = w.server.calls.filter((call) => call.includes('/digests'));
    expect(digests).toEqual([0, 40, 80].map((from) => `GET /api/uploads/${upload.id}/digests?from=${from}`));
    const steps = seen.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1]);
    expect(steps).toEqual(['checking', 'sending', 'complete']);
    expect(seen.at(-1)).toMatchObject({ checked: null, uploadId: upload.id });
  });

  it('tells how much is there and compared while it waits for the server', async () => {
    const [w, , uploader] = unfinished([[0, 50]]);
    const refused = (call: string): Response | null => (call.endsWith('from=40') ? refusal('overloaded') : null);
    w.server.beforeCall = refused;
    uploader.start();
    await w.clock.until(reached(uploader, 'waiting'));
    expect(uploader.snapshot).toMatchObject({ checked: 40, acknowledged: 50, uploadId: null });
    w.server.beforeCall = () => null;
    await w.clock.until(reached(uploader, 'complete'));
  });

  it('computes digests in pages without a secure context, too', async () => {
    const real = Object.getOwnPropertyDescriptor(globalThis.crypto, 'subtle');
    Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined, configurable: true });
    try {
      const [w, , uploader] = unfinished([[0, 50]]);
      expect(await ended(w, uploader)).toMatchObject({ state: 'complete' });
      const [v, , other] = unfinished([[0, 50]], { ...source(LENGTH), content: new Blob(['x'.repeat(LENGTH)]) });
      expect((await ended(v, other)).problem?.code).toBe('different-file');
    } finally {
      if (real === undefined) Reflect.deleteProperty(globalThis.crypto, 'subtle');
      else Object.defineProperty(globalThis.crypto, 'subtle', real);
    }
  });

  it('whose length nobody has said ends with the file', async () => {
    const [w, upload, uploader] = unfinished([
      [0, 20],
      [30, 40],
    ]);
    upload.declared = null;
    expect(await ended(w, uploader)).toMatchObject({ state: 'complete' });
    expect(upload.bytes).toEqual([...content]);
    expect(upload.sent[0]).toEqual({ start: 20, end: 30 });
  });

  it('goes on while the server lists only some of what it misses', async () => {
    const held = Array.from({ length: 30 }, (_, index) => [index * 3, index * 3 + 1] as const);
    const [w, upload, uploader] = unfinished(held);
    upload.listed = 4;
    expect(await ended(w, uploader)).toMatchObject({ state: 'complete' });
    expect(upload.bytes).toEqual([...content]);
  });

  it('that has all its bytes makes the file, or says why there is none', async () => {
    const [w, upload, uploader] = unfinished([[0, LENGTH]]);
    upload.reason = 'name-taken';
    expect((await ended(w, uploader)).problem?.code).toBe('name-taken');
    upload.reason = null;
    expect(await ended(w, uploader)).toMatchObject({ state: 'complete' });
    expect(upload.sent).toEqual([]);
  });

  it('goes on after a failure without comparing again, with what is still missing', async () => {
    const [w, upload, uploader] = unfinished([[0, 50]]);
    let requests = 0;
    w.server.beforeChunk = () => (++requests === 5 ? refusedChunk('digest-mismatch') : null);
    expect((await ended(w, uploader)).problem?.code).toBe('digest-mismatch');
    w.server.beforeChunk = () => null;
    w.server.calls.length = 0;
    expect(await ended(w, uploader)).toMatchObject({ state: 'complete' });
    expect(w.server.calls.some((call) => call.includes('digests'))).toBe(false);
    expect(upload.bytes).toEqual([...content]);
  });
});

describe('an upload that somebody else goes on with meanwhile', () => {
  /** Fails as a request does whose bytes another one has taken over. */
  async function overtaken(w: World, uploader: Uploader): Promise<void> {
    w.server.beforeChunk = () => refusedChunk('superseded');
    expect((await ended(w, uploader)).problem?.code).toBe('superseded');
    w.server.beforeChunk = () => null;
    w.server.calls.length = 0;
  }

  it('is compared again before more is sent', async () => {
    const [w, upload, uploader] = unfinished([[0, 50]]);
    await overtaken(w, uploader);
    expect(await ended(w, uploader)).toMatchObject({ state: 'complete' });
    expect(w.server.calls.some((call) => call.includes('digests'))).toBe(true);
    expect(upload.bytes).toEqual([...content]);
  });

  it('is not mixed with what the other sends', async () => {
    const [w, upload, uploader] = unfinished([[0, 50]]);
    await overtaken(w, uploader);
    upload.bytes[60] = 255;
    expect((await ended(w, uploader)).problem?.code).toBe('different-file');
    expect(upload.sent).toEqual([]);
  });

  it('is not removed when this one is given up', async () => {
    const [w, upload, uploader] = unfinished([[0, 50]]);
    await overtaken(w, uploader);
    await uploader.cancel();
    await w.clock.advance(60_000);
    expect(upload.state).toBe('receiving');
  });

  it('is noticed when the server holds more than can have been sent here', async () => {
    const [w, upload, uploader] = unfinished([[0, 50]]);
    w.server.beforeChunk = () => {
      upload.bytes.fill(255, 55, 94);
      return null;
    };
    expect((await ended(w, uploader)).problem).toMatchObject({ code: 'superseded', retryable: false });
    expect(upload.state).toBe('receiving');
    expect((await ended(w, uploader)).problem?.code).toBe('different-file');
  });

  it('is compared again when it holds more than was sent here before a failure', async () => {
    const [w, upload, uploader] = unfinished([[0, 50]]);
    w.server.beforeChunk = () => refusedChunk('digest-mismatch');
    expect((await ended(w, uploader)).problem?.code).toBe('digest-mismatch');
    w.server.beforeChunk = () => null;
    upload.bytes.fill(255, 50, 95);
    upload.bytes[94] = null;
    expect((await ended(w, uploader)).problem?.code).toBe('different-file');
    expect(upload.sent).toEqual([]);
  });

  it('is not said to be complete when the other has made the file', async () => {
    const [w, upload, uploader] = unfinished([[0, 50]]);
    w.server.beforeChunk = () => {
      upload.bytes.fill(255, 60, 95);
      return null;
    };
    const { problem } = await ended(w, uploader);
    expect(problem?.code).toBe('upload-finished');
    expect(problem !== null && needsNewUpload(problem)).toBe(true);
  });
});

describe('a new upload that somebody else goes on with', () => {
  const begun = (): [World, Uploader] => {
    const w = world();
    return [w, new Uploader(source(LENGTH), w.context)];
  };
  /** What the other has sent. */
  const foreign = (w: World, index: number): void => {
    w.server.only().chunks.set(index, new Uint8Array(index === 9 ? 5 : 10).fill(255));
  };

  it('is noticed, compared on another try, and not removed', async () => {
    const [w, uploader] = begun();
    w.server.beforeChunk = (index) => {
      if (index === 5) foreign(w, 9);
      return index === 5 ? refusedChunk('superseded') : null;
    };
    expect((await ended(w, uploader)).problem?.code).toBe('superseded');
    w.server.beforeChunk = () => null;
    w.server.received.length = 0;
    expect((await ended(w, uploader)).problem?.code).toBe('different-file');
    expect(w.server.received).toEqual([]);
    await uploader.cancel();
    await w.clock.advance(60_000);
    expect(w.server.only().state).toBe('receiving');
  });

  it('is another upload on another try when nothing of it is known', async () => {
    const [w, uploader] = begun();
    w.server.beforeChunk = () => refusedChunk('superseded');
    expect((await ended(w, uploader)).problem?.code).toBe('superseded');
    w.server.beforeChunk = () => null;
    expect(await ended(w, uploader)).toMatchObject({ state: 'complete' });
    expect(w.server.uploads.size).toBe(1);
  });

  it('is noticed when the server holds more than can have been sent here', async () => {
    const [w, uploader] = begun();
    w.server.beforeChunk = (index) => {
      if (index === 1) for (const other of [5, 6, 7, 8]) foreign(w, other);
      return null;
    };
    expect((await ended(w, uploader)).problem?.code).toBe('superseded');
    expect(w.server.only().state).toBe('receiving');
  });
});

describe('what is not the rest of an upload', () => {
  const other = (change: (bytes: Uint8Array) => void): ReturnType<typeof source> => {
    const bytes = Uint8Array.from(content);
    change(bytes);
    return { ...source(LENGTH), content: new Blob([bytes]) };
  };

  it.each([
    ['other bytes where some are held', other((bytes) => (bytes[79] = 0)), undefined],
    ['another size', source(LENGTH + 1), undefined],
    ['another name', source(LENGTH), 'else.txt'],
  ])('is a file with %s, and changes nothing', async (_, file, name) => {
    const [w, upload, uploader] = unfinished([[0, 80]], file, name);
    const { problem, uploadId, acknowledged } = await ended(w, uploader);
    expect(problem).toMatchObject({ code: 'different-file', retryable: false });
    expect(problem !== null && needsNewUpload(problem)).toBe(true);
    expect([uploadId, acknowledged, upload.sent]).toEqual([null, 0, []]);
    await uploader.cancel();
    expect(w.server.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  it('is found although it differs only where nothing is held: then it is the file', async () => {
    const [w, upload, uploader] = unfinished(
      [[0, 80]],
      other((bytes) => (bytes[90] = 7)),
    );
    expect(await ended(w, uploader)).toMatchObject({ state: 'complete' });
    expect(upload.bytes[90]).toBe(7);
  });

  it('is one that ended meanwhile', async () => {
    for (const state of ['expired', 'cancelled', 'complete', 'completing'] as const) {
      const [w, upload, uploader] = unfinished([[0, 80]]);
      upload.state = state;
      const { problem } = await ended(w, uploader);
      expect(problem !== null && needsNewUpload(problem)).toBe(true);
      expect(w.server.uploads.size).toBe(0);
    }
  });

  it('is one that ends while it is compared', async () => {
    const [w, upload, uploader] = unfinished([[0, 80]]);
    w.server.beforeCall = (call) => (call.includes('digests') ? refusal('upload-expired') : null);
    expect((await ended(w, uploader)).problem?.code).toBe('upload-expired');
    expect(upload.sent).toEqual([]);
  });

  it('is not trusted when the server does not say all that it holds', async () => {
    const [w, , uploader] = unfinished([[0, 80]]);
    w.server.beforeCall = (call) => (call.includes('digests') ? Response.json({ digests: [], next: null }) : null);
    expect((await ended(w, uploader)).problem?.code).toBe('unexpected-answer');
  });
});

describe('giving a continued upload up', () => {
  it('leaves it as it was while it is only compared', async () => {
    const [w, upload, uploader] = unfinished([[0, 80]]);
    w.server.beforeCall = (call) => (call.includes('digests') ? refusal('overloaded') : null);
    uploader.start();
    await w.clock.until(reached(uploader, 'waiting'));
    await uploader.cancel();
    await w.clock.advance(60_000);
    expect([uploader.snapshot.state, upload.state]).toEqual(['cancelled', 'receiving']);
  });

  it('removes it once it is ours', async () => {
    const [w, upload, uploader] = unfinished([[0, 50]]);
    w.server.beforeChunk = () => new Promise(() => undefined);
    uploader.start();
    await w.clock.until(() => w.server.open === 4);
    await uploader.cancel();
    expect(upload.state).toBe('cancelled');
  });
});

describe('the queue', () => {
  it('takes an upload for its own from the beginning, until it turns out to be another', async () => {
    const w = world();
    const upload = new FakeUnfinished(content, [[0, 80]]);
    w.server.unfinished = upload;
    const queue = new UploadQueue(w.context);
    const [added] = queue.add([{ ...source(LENGTH + 1), resume: { uploadId: upload.id } }]);
    expect([added?.continues, queue.isOwn(upload.id)]).toEqual([true, true]);
    await w.clock.until(() => added?.snapshot.state === 'failed');
    expect(queue.isOwn(upload.id)).toBe(false);
    queue.startOver(added?.id ?? 0);
    await w.clock.until(() => added?.snapshot.state === 'complete');
    expect(added?.continues).toBe(false);
    expect(w.server.only()).toMatchObject({ length: LENGTH + 1, state: 'complete' });
    expect(upload.sent).toEqual([]);
  });

  it('forgets it when it is cancelled', async () => {
    const w = world();
    const queue = new UploadQueue(w.context, { filesAtOnce: 0, smallFilesAtOnce: 0 });
    const [added] = queue.add([{ ...source(LENGTH), resume: { uploadId: 'x' } }]);
    await queue.cancel(added?.id ?? 0);
    expect(queue.isOwn('x')).toBe(false);
  });
});
