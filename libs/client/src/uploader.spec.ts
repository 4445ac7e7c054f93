import { describe, expect, it } from '@jest/globals';
import { settle } from '../test/fake-clock.js';
import { SPACE, refusal, refusedChunk, unreachable } from '../test/fake-server.js';
import { type World, source, world } from '../test/world.js';
import type { TransferSnapshot } from './transfer.js';
import { Uploader } from './uploader.js';

function begin(w: World, length: number, name?: string, path?: string): Uploader {
  const uploader = new Uploader(source(length, name, path), w.context);
  uploader.start();
  return uploader;
}

function reached(uploader: Uploader, ...states: TransferSnapshot['state'][]): () => boolean {
  return () => states.includes(uploader.snapshot.state);
}

describe('sending a file', () => {
  it('sends every byte and ends complete', async () => {
    const w = world();
    const uploader = begin(w, 95);
    await w.clock.until(reached(uploader, 'complete'));
    expect(w.server.bytesOf(w.server.only())).toEqual(Array.from({ length: 95 }, (_, index) => index % 251));
    expect(uploader.snapshot).toMatchObject({ acknowledged: 95, inFlight: 0, problem: null });
    expect(uploader.snapshot.file).toMatchObject({ name: 'report.txt', size: 95 });
  });

  it('sends an empty file as one empty chunk', async () => {
    const w = world();
    const uploader = begin(w, 0);
    await w.clock.until(reached(uploader, 'complete'));
    expect(w.server.only()).toMatchObject({ count: 1, length: 0 });
  });

  it('sends the first chunk alone and then four at a time', async () => {
    const w = world();
    const open: number[] = [];
    w.server.beforeChunk = async (index) => {
      await settle();
      open[index] = w.server.open;
      return null;
    };
    const uploader = begin(w, 200);
    await w.clock.until(reached(uploader, 'complete'));
    expect(open[0]).toBe(1);
    expect(w.server.mostOpen).toBe(4);
  });

  it('says the folder twice when its last part is the name of the file', async () => {
    const w = world();
    const uploader = begin(w, 5, 'same', 'docs/same');
    await w.clock.until(reached(uploader, 'complete'));
    expect(w.server.only().path).toBe('docs/same/same');
  });

  it('refuses a name or size that the server would refuse, before a byte is sent', async () => {
    const w = world();
    const badName = begin(w, 5, 'a\nb');
    const tooLarge = begin(w, 1_000_001);
    await w.clock.until(reached(tooLarge, 'failed'));
    expect(badName.snapshot.problem?.code).toBe('invalid-name');
    expect(tooLarge.snapshot.problem?.code).toBe('file-too-large');
    expect(w.server.received).toEqual([]);
  });

  it('goes on with the secret of the upload when the session has run out, and asks nobody to sign in', async () => {
    const w = world();
    const shown: (string | undefined)[] = [];
    w.server.grant = 'upg_x';
    w.server.beforeChunk = (index, { headers }) => {
      shown.push(headers.authorization);
      return index > 2 && headers.authorization !== 'Bearer upg_x' ? refusedChunk('unauthorized') : null;
    };
    const uploader = begin(w, 95);
    await w.clock.until(reached(uploader, 'complete', 'failed'));
    expect(uploader.snapshot.state).toBe('complete');
    // As long as the session would do, nothing but the session was shown.
    expect(shown.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(shown.at(-1)).toBe('Bearer upg_x');
  });

  it('waits while the server completes the upload', async () => {
    const w = world();
    w.server.completingFor = 3;
    const uploader = begin(w, 25);
    await w.clock.until(reached(uploader, 'completing'));
    expect(uploader.snapshot.acknowledged).toBe(25);
    await w.clock.until(reached(uploader, 'complete'));
    expect(w.server.calls.filter((call) => call.startsWith('GET /api/uploads/upload-'))).toHaveLength(3);
  });

  it('sends again what the server turns out to lack', async () => {
    const w = world();
    let forgot = false;
    w.server.beforeChunk = (index) => {
      const [upload] = w.server.uploads.values();
      if (index === 8 && !forgot && upload !== undefined) forgot = upload.chunks.delete(1);
      return null;
    };
    const uploader = begin(w, 95);
    await w.clock.until(reached(uploader, 'complete', 'failed'));
    expect(uploader.snapshot.state).toBe('complete');
    expect(w.server.received.filter((index) => index === 1)).toHaveLength(2);
  });
});

describe('failures on the way', () => {
  it('costs one request when the name is taken', async () => {
    const w = world();
    w.server.beforeChunk = () => refusedChunk('name-taken');
    const uploader = begin(w, 500);
    await w.clock.until(reached(uploader, 'failed'));
    expect(uploader.snapshot.problem?.code).toBe('name-taken');
    expect(w.server.received).toEqual([0]);
  });

  it('repeats a chunk after a network error and after a busy server, no sooner than asked', async () => {
    const w = world();
    const seen: number[] = [];
    w.server.beforeChunk = (index) => {
      if (index !== 0) return null;
      seen.push(w.clock.now());
      if (seen.length === 1) return unreachable();
      return seen.length === 2 ? refusedChunk('overloaded', '7') : null;
    };
    const uploader = begin(w, 25);
    await w.clock.until(reached(uploader, 'waiting'));
    expect(uploader.snapshot.problem?.code).toBe('network');
    await w.clock.until(reached(uploader, 'complete'));
    expect((seen[2] ?? 0) - (seen[1] ?? 0)).toBeGreaterThanOrEqual(7_000);
  });

  it('waits for the network and goes on by itself', async () => {
    const w = world();
    w.server.beforeChunk = (index) => (index > 1 && !w.network.isOnline() ? unreachable() : null);
    w.network.set(false);
    const uploader = begin(w, 95);
    await w.clock.until(reached(uploader, 'waiting'));
    await w.clock.advance(20 * 60_000);
    expect(uploader.snapshot).toMatchObject({ state: 'waiting', problem: { code: 'offline' } });
    w.network.set(true);
    await w.clock.until(reached(uploader, 'complete'));
  });

  it('stops the other chunks when one is refused', async () => {
    const w = world();
    w.server.beforeChunk = async (index) => {
      if (index === 0) return null;
      if (index === 2) return refusedChunk('file-too-large');
      return new Promise(() => undefined);
    };
    const uploader = begin(w, 95);
    await w.clock.until(reached(uploader, 'failed'));
    expect(w.server.open).toBe(0);
    expect(uploader.snapshot).toMatchObject({ acknowledged: 10, inFlight: 0, problem: { code: 'file-too-large' } });
  });

  it('says so when the source cannot be read any more', async () => {
    const contacts: boolean[] = [];
    const w = world({ onContact: (reached) => contacts.push(reached) });
    const { content, ...rest } = source(95);
    const gone = {
      size: 95,
      type: '',
      slice: (start: number) => (start >= 10 ? unreadable() : content.slice(start, start + 10)),
    } as unknown as Blob;
    w.server.beforeChunk = (index) => (index === 0 ? null : unreachable());
    const uploader = new Uploader({ ...rest, content: gone }, w.context);
    uploader.start();
    await w.clock.until(reached(uploader, 'failed'));
    expect(uploader.snapshot.problem?.code).toBe('source-changed');
    expect(contacts).not.toContain(false);
  });

  it('gives a connection up when nothing moves', async () => {
    const w = world();
    let tries = 0;
    w.server.beforeChunk = () => (tries++ === 0 ? new Promise(() => undefined) : null);
    const uploader = begin(w, 5);
    await w.clock.advance(119_000);
    expect(uploader.snapshot.state).toBe('sending');
    await w.clock.until(reached(uploader, 'complete'), 30_000);
    expect(tries).toBe(2);
  });
});

describe('trying again', () => {
  it('keeps the key and skips what is acknowledged', async () => {
    const w = world();
    w.server.beforeChunk = (index) => (index === 7 ? refusedChunk('size-mismatch') : null);
    const uploader = begin(w, 95);
    await w.clock.until(reached(uploader, 'failed'));
    const held = w.server.only().chunks.size;
    w.server.received.length = 0;
    w.server.beforeChunk = () => null;
    uploader.start();
    await w.clock.until(reached(uploader, 'complete'));
    expect(w.server.uploads.size).toBe(1);
    expect(w.server.received).toHaveLength(10 - held);
  });

  it('asks for the name again with a single chunk when all bytes are held', async () => {
    const w = world();
    w.server.namesTaken = true;
    const uploader = begin(w, 25);
    await w.clock.until(reached(uploader, 'failed'));
    expect(uploader.snapshot.problem?.code).toBe('name-taken');
    w.server.received.length = 0;
    w.server.namesTaken = false;
    uploader.start();
    await w.clock.until(reached(uploader, 'complete'));
    expect(w.server.received).toEqual([2]);
  });

  it('begins anew when the upload is gone on the server', async () => {
    const w = world();
    w.server.beforeChunk = (index) => (index === 5 ? refusedChunk('upload-cancelled') : null);
    const uploader = begin(w, 95);
    await w.clock.until(reached(uploader, 'failed'));
    w.server.beforeChunk = () => null;
    uploader.start();
    await w.clock.until(reached(uploader, 'complete'));
    expect(w.server.uploads.size).toBe(2);
  });
});

describe('giving up', () => {
  it('stops every request and tells the server', async () => {
    const w = world();
    w.server.beforeChunk = (index) => (index < 3 ? null : new Promise(() => undefined));
    const uploader = begin(w, 200);
    await w.clock.until(() => w.server.open === 4 && uploader.snapshot.acknowledged === 30);
    await uploader.cancel();
    expect(uploader.snapshot.state).toBe('cancelled');
    expect(w.server.open).toBe(0);
    expect(w.server.uploads.size).toBe(0);
  });

  it('finds the upload by its key when no answer has told the id', async () => {
    const w = world();
    w.server.beforeChunk = () => new Promise(() => undefined);
    const uploader = begin(w, 200);
    await w.clock.until(() => w.server.open === 1);
    const cancelled = uploader.cancel();
    await w.clock.advance(10_000);
    await cancelled;
    const lookups = w.server.calls.filter((call) => call.startsWith('GET /api/uploads?dzuuid='));
    expect(lookups).toHaveLength(3);
  });

  it('tells nobody when nothing was sent', async () => {
    const w = world();
    const uploader = new Uploader(source(5), w.context);
    await uploader.cancel();
    expect(uploader.snapshot.state).toBe('cancelled');
    expect(w.server.calls).toEqual([]);
  });

  it('keeps what turns out to be complete', async () => {
    const w = world();
    w.server.completingFor = 1_000;
    const uploader = begin(w, 25);
    await w.clock.until(reached(uploader, 'completing'));
    w.server.only().state = 'complete';
    await uploader.cancel();
    expect(uploader.snapshot).toMatchObject({ state: 'complete', file: { name: 'report.txt' } });
  });

  it('waits for the file of one that the server was already making', async () => {
    const w = world();
    w.server.completingFor = 5;
    const uploader = begin(w, 25);
    await w.clock.until(reached(uploader, 'completing'));
    w.server.beforeCall = (call) => (call.startsWith('DELETE') ? refusal('upload-finished') : null);
    const cancelled = uploader.cancel();
    await w.clock.until(reached(uploader, 'complete'));
    await cancelled;
    expect(uploader.snapshot.file?.name).toBe('report.txt');
  });

  it('repeats the notice when the server cannot be reached', async () => {
    const w = world();
    w.server.beforeChunk = (index) => (index < 2 ? null : new Promise(() => undefined));
    const uploader = begin(w, 200);
    await w.clock.until(() => uploader.snapshot.uploadId !== null);
    let refusals = 2;
    w.server.beforeCall = (call) => (call.startsWith('DELETE') && refusals-- > 0 ? refusal('overloaded') : null);
    const cancelled = uploader.cancel();
    await w.clock.advance(10_000);
    await cancelled;
    expect(w.server.uploads.size).toBe(0);
  });
});

describe('a file that somebody has deleted already', () => {
  it('is said to be gone', async () => {
    const w = world();
    w.server.completingFor = 1_000;
    const uploader = begin(w, 25);
    await w.clock.until(reached(uploader, 'completing'));
    const { id } = w.server.only();
    const upload = { ...{ id, state: 'complete', length: 25, received: 25, name: 'report.txt', path: '' }, ...FACTS };
    const status = { upload, complete: true, offset: 25, missing: [], missingTruncated: false };
    w.server.beforeCall = () => Response.json(status);
    await w.clock.until(reached(uploader, 'failed'));
    expect(uploader.snapshot.problem?.code).toBe('file-not-found');
  });
});

describe('what watchers see', () => {
  it('is at most four snapshots a second besides changes of state', async () => {
    const w = world();
    w.server.limits = { ...w.server.limits, recommendedChunkSize: 1_000_000 };
    const seen: TransferSnapshot[] = [];
    w.server.beforeChunk = async (_, request) => {
      for (let sent = 0; sent < 1_000; sent += 10) {
        request.onProgress(sent);
        await new Promise<void>((resolve) => w.clock.after(20, resolve));
      }
      return null;
    };
    const uploader = new Uploader(source(1_000), w.context);
    uploader.subscribe((snapshot) => seen.push(snapshot));
    uploader.start();
    await w.clock.until(reached(uploader, 'complete'));
    expect(seen.length).toBeGreaterThan(6);
    expect(seen.length).toBeLessThanOrEqual(11);
    const last = seen.filter(({ state }) => state === 'sending').at(-1);
    expect(last?.inFlight).toBeGreaterThan(800);
    expect(last?.bytesPerSecond).toBeGreaterThan(400);
    expect(last?.secondsLeft).toBeLessThan(1);
  });

  it('ends for a watcher who has left', async () => {
    const w = world();
    let calls = 0;
    const uploader = new Uploader(source(5), w.context);
    const leave = uploader.subscribe(() => calls++);
    leave();
    uploader.start();
    await w.clock.until(reached(uploader, 'complete'));
    expect(calls).toBe(0);
  });
});

const TIME = '2026-01-01T00:00:00.000Z';
const FACTS = {
  ...{ space: SPACE, folder: SPACE, owner: null, missing: 0 },
  ...{ chunkSize: 10, conflict: 'reject', createdAt: TIME, updatedAt: TIME, expiresAt: null, active: false },
};

// What a browser hands out for a file that was changed: a slice that sends and reads as an error.
function unreadable(): Blob {
  const arrayBuffer = (): Promise<never> =>
    Promise.reject(new DOMException('The file could not be read.', 'NotReadableError'));
  return Object.assign(new Blob(['0123456789']), { slice: () => ({ arrayBuffer }) });
}
