import { describe, expect, it } from '@jest/globals';
import { InOrder } from './in-order.js';

/** Work that ends when it is let. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('things in order', () => {
  it('wait for those of the same key, not for others', async () => {
    const [first, done] = [gate(), [] as string[]];
    const order = new InOrder();
    const all = [
      order.run('a', () => first.opened.then(() => done.push('a1'))),
      order.run('a', () => Promise.resolve(done.push('a2'))),
      order.run('b', () => Promise.resolve(done.push('b'))),
    ];
    await all[2];
    expect([done, order.has('a'), order.has('b')]).toEqual([['b'], true, false]);
    first.open();
    await order.settled();
    expect(done).toEqual(['b', 'a1', 'a2']);
    await Promise.all(all);
    expect(order.has('a')).toBe(false);
  });

  it('go on after a fault, which only the one hears that asked', async () => {
    const order = new InOrder();
    const failed = order.run('a', () => Promise.reject(new Error('no luck')));
    const next = order.run('a', () => Promise.resolve('fine'));
    await expect(failed).rejects.toThrow('no luck');
    expect(await next).toBe('fine');
  });
});
