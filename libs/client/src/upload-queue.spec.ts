import { describe, expect, it } from '@jest/globals';
import { formOf, refusedChunk } from '../test/fake-server.js';
import { type World, source, world } from '../test/world.js';
import { UploadQueue } from './upload-queue.js';

function sources(count: number, length: number): ReturnType<typeof source>[] {
  return Array.from({ length: count }, (_, index) => source(length, `file-${index}`));
}

function idle(queue: UploadQueue): () => boolean {
  return () => queue.totals().unsettled === 0;
}

function states(queue: UploadQueue): string[] {
  return Array.from(queue.transfers(), ({ snapshot }) => snapshot.state);
}

describe('the queue', () => {
  it('sends everything, small files as many at once as requests are allowed', async () => {
    const w = world();
    const queue = new UploadQueue(w.context);
    w.server.beforeChunk = () => tick(w);
    queue.add(sources(20, 5));
    await w.clock.until(() => w.server.open === 4);
    await w.clock.until(idle(queue));
    expect(queue.totals().byState.complete).toMatchObject({ files: 20, length: 100, acknowledged: 100 });
    expect(w.server.mostOpen).toBeLessThanOrEqual(4);
  });

  it('sends two large files side by side within four requests in all', async () => {
    const w = world();
    w.server.beforeChunk = () => tick(w);
    const queue = new UploadQueue(w.context);
    queue.add(sources(5, 500));
    await w.clock.advance(2_000);
    expect(states(queue)).toEqual(['sending', 'sending', 'queued', 'queued', 'queued']);
    await w.clock.until(idle(queue));
    expect(w.server.mostOpen).toBe(4);
    expect(queue.totals().byState.complete.files).toBe(5);
  });

  it('lists what failed first, and what is finished last', async () => {
    const w = world();
    w.server.beforeChunk = (_, request) => {
      const form = formOf(request);
      if (form.get('name') === 'file-0') return null;
      return form.get('name') === 'file-1' ? refusedChunk('name-taken') : new Promise(() => undefined);
    };
    const queue = new UploadQueue(w.context);
    queue.add(sources(7, 5));
    await w.clock.advance(1_000);
    expect(states(queue)).toEqual(['failed', 'sending', 'sending', 'sending', 'sending', 'queued', 'complete']);
  });

  it('tries all failed transfers again', async () => {
    const w = world();
    w.server.beforeChunk = () => refusedChunk('name-taken');
    const queue = new UploadQueue(w.context);
    queue.add(sources(6, 5));
    await w.clock.until(idle(queue));
    expect(queue.totals().byState.failed.files).toBe(6);
    w.server.beforeChunk = () => null;
    queue.retryAllFailed();
    await w.clock.until(idle(queue));
    expect(queue.totals().byState).toMatchObject({ failed: { files: 0 }, complete: { files: 6 } });
  });

  it('cancels everything, begins nothing new meanwhile, and forgets what is finished', async () => {
    const w = world();
    w.server.beforeChunk = (index) => (index === 0 ? null : new Promise(() => undefined));
    const queue = new UploadQueue(w.context);
    queue.add(sources(10, 25));
    await w.clock.until(() => w.server.uploads.size === 2);
    const done = queue.cancelAll();
    await w.clock.advance(10_000);
    await done;
    expect(w.server.uploads.size).toBe(0);
    expect(queue.totals().byState.cancelled.files).toBe(10);
    queue.clearFinished();
    expect(queue.size).toBe(0);
    expect(queue.totals().byState.cancelled).toEqual({ files: 0, length: 0, acknowledged: 0, inFlight: 0 });
  });

  it('knows its own uploads until they are complete', async () => {
    const w = world();
    w.server.completingFor = 3;
    const queue = new UploadQueue(w.context);
    queue.add(sources(1, 5));
    await w.clock.until(() => states(queue)[0] === 'completing');
    const { id } = w.server.only();
    expect(queue.isOwn(id)).toBe(true);
    await w.clock.until(idle(queue));
    expect(queue.isOwn(id)).toBe(false);
  });

  it('sums up a run, which ends when the queue is idle', async () => {
    const w = world();
    w.server.beforeChunk = (_, request) =>
      formOf(request).get('name') === 'file-2' ? refusedChunk('name-taken') : null;
    const queue = new UploadQueue(w.context);
    queue.add(sources(3, 10));
    expect(queue.totals().run).toMatchObject({ files: 3, filesDone: 0, length: 30 });
    await w.clock.until(idle(queue));
    expect(queue.totals().run).toEqual({ files: 2, filesDone: 2, length: 20, acknowledged: 20, inFlight: 0 });
    queue.add(sources(1, 10));
    expect(queue.totals().run).toMatchObject({ files: 1, filesDone: 0, length: 10 });
    await w.clock.until(idle(queue));
  });

  it('tells what settled, each transfer once', async () => {
    const w = world();
    const queue = new UploadQueue(w.context);
    const settled: string[] = [];
    queue.subscribe((change) => settled.push(...change.settled.map(({ name }) => name)));
    queue.add(sources(9, 5));
    await w.clock.until(idle(queue));
    await w.clock.advance(1_000);
    expect(settled.sort()).toEqual(sources(9, 5).map(({ name }) => name));
  });
});

describe('ten thousand files', () => {
  it('are queued at once, at a bounded rate of notices', async () => {
    const w = world();
    w.server.beforeChunk = () => tick(w);
    const queue = new UploadQueue(w.context);
    let notices = 0;
    queue.subscribe(() => notices++);
    const files = sources(10_000, 5);
    const began = performance.now();
    queue.add(files);
    expect(performance.now() - began).toBeLessThan(2_000);
    await w.clock.advance(1_000);
    expect(notices).toBeLessThanOrEqual(5);
    const looked = performance.now();
    for (let look = 0; look < 1_000; look++) queue.totals();
    expect(performance.now() - looked).toBeLessThan(2_000);
    expect(queue.totals().run.files).toBe(10_000);
    await Promise.all([queue.cancelAll(), w.clock.advance(10_000)]);
    expect(queue.totals().byState.queued.files).toBe(0);
    expect(performance.now() - began).toBeLessThan(15_000);
  }, 20_000);
});

// A chunk that takes 100 ms.
function tick(w: World): Promise<null> {
  return new Promise((resolve) => {
    w.clock.after(100, () => resolve(null));
  });
}
