import { type Problem, PROBLEMS } from '@stowage/contract';
import { describe, expect, it } from '@jest/globals';
import { formOf, refusedChunk } from '../test/fake-server.js';
import { type World, source, world } from '../test/world.js';
import { requestTarget } from './upload-target.js';
import type { UploadPasswords } from './upload-passwords.js';
import { UploadQueue } from './upload-queue.js';

const SLUG = 'A'.repeat(43);

/** A queue that sends to a file request. */
function requested(w: World, sender = 'Ana'): UploadQueue {
  return new UploadQueue({ ...w.context, target: requestTarget(w.api, SLUG, () => sender) });
}

const settled = (queue: UploadQueue) => () => queue.totals().unsettled === 0;
const only = (queue: UploadQueue) => {
  const [transfer] = queue.transfers();
  if (transfer === undefined) throw new Error('There is no transfer.');
  return transfer;
};

describe('a file request', () => {
  it('takes files in chunks at its own address, with the name of their sender and nothing of a place', async () => {
    const w = world();
    const addresses = new Set<string>();
    w.server.beforeChunk = (_, request) => {
      addresses.add(request.url);
      const form = formOf(request);
      expect([form.get('sender'), form.get('space'), form.get('folder')]).toEqual(['Ana', null, null]);
      return null;
    };
    const queue = requested(w);
    queue.add([{ ...source(25, 'a.txt', 'trip/day 1'), space: 'forgotten', folder: 'forgotten' }]);
    await w.clock.until(settled(queue));
    expect(only(queue).snapshot.state).toBe('complete');
    expect([...addresses]).toEqual([`/r/${SLUG}/upload`]);
    expect(w.server.bytesOf(w.server.only())).toHaveLength(25);
    expect(w.server.only().path).toBe('trip/day 1');
  });

  it('reads less of the file than spaces tell, and understands it', async () => {
    const w = world();
    w.server.beforeChunk = () => ({
      ...{ status: 201, retryAfter: null },
      body: JSON.stringify({
        upload: { id: 'u'.repeat(22), state: 'complete', length: 5, received: 5 },
        complete: true,
        file: { name: 'a.txt', size: 5, sha256: 'a'.repeat(64) },
      }),
    });
    const queue = requested(w, '');
    queue.add([source(5, 'a.txt')]);
    await w.clock.until(settled(queue));
    expect(only(queue).snapshot).toMatchObject({ state: 'complete', file: { name: 'a.txt', size: 5 } });
  });

  it('is asked for its own uploads, by their ids alone', async () => {
    const w = world();
    w.server.beforeChunk = (index) => (index === 2 ? refusedChunk('storage-failed') : null);
    w.server.beforeCall = (call) => {
      expect(call).not.toMatch(/GET \/api\/uploads/u);
      return null;
    };
    const queue = requested(w);
    queue.add([source(30, 'a.txt')]);
    await w.clock.until(settled(queue));
    expect(only(queue).snapshot.state).toBe('failed');
    w.server.beforeChunk = () => null;
    queue.retry(only(queue).id);
    await w.clock.until(settled(queue));
    expect(w.server.calls.some((call) => call.startsWith(`GET /r/${SLUG}/uploads/`))).toBe(true);
  });

  it('is told when one is given up, unless its id never came', async () => {
    const w = world();
    w.server.beforeChunk = (index) => (index === 0 ? null : new Promise(() => undefined));
    const queue = requested(w);
    queue.add([source(30, 'a.txt')]);
    await w.clock.until(() => only(queue).snapshot.uploadId !== null);
    await queue.cancel(only(queue).id);
    expect(w.server.calls.at(-1)).toMatch(new RegExp(`^DELETE /r/${SLUG}/uploads/`, 'u'));
    w.server.beforeChunk = () => new Promise(() => undefined);
    const before = w.server.calls.length;
    queue.add([source(30, 'b.txt')]);
    await w.clock.advance(100);
    const cancelled = queue.cancelAll();
    await w.clock.advance(10_000);
    await cancelled;
    expect(w.server.calls.slice(before).filter((call) => call.startsWith('DELETE'))).toEqual([]);
  });
});

describe('a space', () => {
  it('is told in which folder of which space a file is to be, if anybody has said so', async () => {
    const w = world();
    const places: unknown[] = [];
    w.server.beforeChunk = (_, request) => {
      places.push([formOf(request).get('space'), formOf(request).get('folder')]);
      return null;
    };
    const queue = new UploadQueue(w.context);
    queue.add([{ ...source(5), space: 'some space', folder: 'some folder' }]);
    await w.clock.until(settled(queue));
    queue.add([source(5)]);
    await w.clock.until(settled(queue));
    expect(places).toEqual([
      ['some space', 'some folder'],
      [null, null],
    ]);
  });
});

describe('a password for uploads', () => {
  /** A server that wants one, and a person who tries some. */
  function guarded(w: World, right: string, tries: readonly string[]) {
    const asked: (string | null)[] = [];
    let known: string | null = null;
    let asking: Promise<boolean> | null = null;
    const passwords: UploadPasswords = {
      of: () => known,
      renew: (_, shown, problem) => {
        if (shown !== known) return Promise.resolve(true);
        asking ??= Promise.resolve().then(() => {
          asked.push(`${problem.code} after ${shown ?? 'none'}`);
          known = tries[asked.length - 1] ?? null;
          asking = null;
          return known !== null;
        });
        return asking;
      },
    };
    w.server.beforeChunk = (_, request) => {
      const shown = formOf(request).get('password');
      if (shown === right) return null;
      return refusedChunk(shown === null ? 'upload-password-needed' : 'upload-password-wrong');
    };
    return { asked, queue: new UploadQueue({ ...w.context, passwords }) };
  }

  it('is asked for once for many files, again when it is wrong, and nothing is lost', async () => {
    const w = world();
    const { asked, queue } = guarded(w, ' right ', ['wrong', ' right ']);
    queue.add([source(25, 'a.txt'), source(5, 'b.txt'), source(5, 'c.txt')]);
    await w.clock.until(settled(queue));
    expect(queue.totals().byState.complete.files).toBe(3);
    expect(asked).toEqual(['upload-password-needed after none', 'upload-password-wrong after wrong']);
    expect(w.server.uploads.size).toBe(3);
  });

  it('that nobody says lets uploads fail, which another try asks for again', async () => {
    const w = world();
    const { asked, queue } = guarded(w, 'right', []);
    queue.add([source(5, 'a.txt')]);
    await w.clock.until(settled(queue));
    expect(only(queue).snapshot).toMatchObject({ state: 'failed', problem: { code: 'upload-password-needed' } });
    queue.retry(only(queue).id);
    await w.clock.until(settled(queue));
    expect(asked).toHaveLength(2);
  });

  it('is no problem that is repeated where there is nobody to ask', async () => {
    const w = world();
    const needed: Pick<Problem, 'retryable'> = PROBLEMS['upload-password-needed'];
    expect(needed.retryable).toBe(false);
    w.server.beforeChunk = () => refusedChunk('upload-password-needed');
    const queue = new UploadQueue(w.context);
    queue.add([source(5)]);
    await w.clock.until(settled(queue));
    expect(w.server.received).toHaveLength(1);
  });
});
