import { describe, expect, it } from '@jest/globals';
import { FileContent, type Flow } from './file-content.js';

/** Notes what the content asks of the stream. */
class FlowLog implements Flow {
  readonly calls: string[] = [];
  pause = (): void => void this.calls.push('pause');
  resume = (): void => void this.calls.push('resume');
  release = (): void => void this.calls.push('release');
}

function piece(text: string): Buffer {
  return Buffer.from(text);
}

function made(batchBytes = 4): { content: FileContent; flow: FlowLog; iterator: AsyncIterator<readonly Buffer[]> } {
  const flow = new FlowLog();
  const content = new FileContent(flow, batchBytes);
  return { content, flow, iterator: content[Symbol.asyncIterator]() };
}

async function text(result: Promise<IteratorResult<readonly Buffer[], unknown>>): Promise<string | null> {
  const { done, value } = await result;
  return done === true ? null : Buffer.concat(value).toString();
}

describe('the content of a file', () => {
  it('comes in batches, and ends with the form, not with the file', async () => {
    const { content, flow, iterator } = made();
    const first = iterator.next();
    content.add(piece('ab'));
    content.add(piece('cde'));
    expect(await text(first)).toBe('abcde');
    content.add(piece('f'));
    const second = iterator.next();
    content.endFile();
    expect(await text(second)).toBe('f');
    let ended = false;
    const last = text(iterator.next()).then((value) => {
      ended = true;
      return value;
    });
    await Promise.resolve();
    expect(ended).toBe(false);
    content.end();
    expect(await last).toBeNull();
    expect(await text(iterator.next())).toBeNull();
    expect(flow.calls).toEqual([]);
  });

  it('pauses the stream when a whole batch waits, once, and resumes it when that is taken', async () => {
    const { content, flow, iterator } = made();
    content.add(piece('abc'));
    expect(flow.calls).toEqual([]);
    content.add(piece('d'));
    content.add(piece('late'));
    expect(flow.calls).toEqual(['pause']);
    expect(await text(iterator.next())).toBe('abcdlate');
    expect(flow.calls).toEqual(['pause', 'resume']);
  });

  it('that is worth something by its beginning comes as soon as it is there, and before its failure', async () => {
    const flow = new FlowLog();
    const content = new FileContent(flow, 4, true);
    const iterator = content[Symbol.asyncIterator]();
    const first = iterator.next();
    content.add(piece('a'));
    expect(await text(first)).toBe('a');
    content.add(piece('b'));
    content.add(piece('c'));
    content.fail(new Error('broken'));
    expect(await text(iterator.next())).toBe('bc');
    await expect(iterator.next()).rejects.toThrow('broken');
    const waiting = new FileContent(flow, 4, true);
    const never = waiting[Symbol.asyncIterator]().next();
    waiting.fail(new Error('broken'));
    await expect(never).rejects.toThrow('broken');
  });

  it('of an empty file ends without a batch', async () => {
    const { content, iterator } = made();
    content.endFile();
    content.end();
    expect(await text(iterator.next())).toBeNull();
  });

  it('fails the one who waits, and whoever asks later', async () => {
    const { content, iterator } = made();
    const waiting = iterator.next();
    content.fail(new Error('broken'));
    await expect(waiting).rejects.toThrow('broken');
    await expect(iterator.next()).rejects.toThrow('broken');
  });

  it('drops what it holds when the form fails', async () => {
    const { content, iterator } = made();
    content.add(piece('abcd'));
    content.fail(new Error('broken'));
    await expect(iterator.next()).rejects.toThrow('broken');
  });

  it('lets the stream go when the iteration is left, also while it waits', async () => {
    const { content, flow, iterator } = made();
    content.add(piece('abcd'));
    await iterator.next();
    const waiting = iterator.next();
    expect(await text(iterator.return?.() ?? Promise.reject(new Error('no return')))).toBeNull();
    expect(await text(waiting)).toBeNull();
    expect(flow.calls).toEqual(['pause', 'resume', 'release']);
    expect(await text(iterator.next())).toBeNull();
  });

  it('asks nothing of the stream when it is left after the end', async () => {
    const { content, flow, iterator } = made();
    content.endFile();
    content.end();
    await iterator.return?.();
    expect(flow.calls).toEqual([]);
  });

  it('lets the stream go when it is discarded, unless somebody reads it already', async () => {
    const flow = new FlowLog();
    const unwanted = new FileContent(flow, 4);
    unwanted.add(piece('abcd'));
    unwanted.discard();
    unwanted.discard();
    expect(flow.calls).toEqual(['pause', 'release']);
    expect(() => unwanted[Symbol.asyncIterator]()).toThrow('only once');
    const { content, flow: wanted, iterator } = made();
    content.discard();
    content.add(piece('abcd'));
    expect(await text(iterator.next())).toBe('abcd');
    expect(wanted.calls).not.toContain('release');
  });

  it('can be read only once, and one batch at a time', async () => {
    const { content, iterator } = made();
    expect(() => content[Symbol.asyncIterator]()).toThrow('only once');
    const first = iterator.next();
    await expect(iterator.next()).rejects.toThrow('not come yet');
    content.add(piece('abcd'));
    expect(await text(first)).toBe('abcd');
  });
});
