import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RequestSlots } from './request-slots.js';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** Asks for a slot and notes when it comes. */
function ask(slots: RequestSlots, name: string, order: string[]): Promise<() => void> {
  const got = slots.acquire();
  got.then(
    () => order.push(name),
    () => order.push(`${name} refused`),
  );
  return got;
}

describe('slots', () => {
  it('are given at once while there are free ones', async () => {
    const slots = new RequestSlots(2);
    const release = await slots.acquire();
    await slots.acquire();
    expect(jest.getTimerCount()).toBe(0);
    expect([slots.usedCount, slots.freeCount]).toEqual([2, 0]);
    release();
    expect([slots.usedCount, slots.freeCount]).toEqual([1, 1]);
  });

  it('are given in the order in which they were asked for', async () => {
    const slots = new RequestSlots(1);
    const order: string[] = [];
    const first = await ask(slots, 'first', order);
    const second = ask(slots, 'second', order);
    const third = ask(slots, 'third', order);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(order).toEqual(['first']);
    first();
    (await second)();
    (await third)();
    expect(order).toEqual(['first', 'second', 'third']);
  });

  it('are refused after 20 s in which nobody got one, with the advice to come again', async () => {
    const slots = new RequestSlots(1);
    await slots.acquire();
    const refused = expect(slots.acquire()).rejects.toMatchObject({ code: 'overloaded', retryAfter: 5 });
    await jest.advanceTimersByTimeAsync(19_999);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    await refused;
  });

  it('are waited for as long as the others get on, for a minute at most', async () => {
    const slots = new RequestSlots(1);
    const order: string[] = [];
    let release = await ask(slots, '0', order);
    const all = Array.from({ length: 10 }, (_, index) => ask(slots, `${index + 1}`, order));
    for (const next of all.slice(0, 3)) {
      await jest.advanceTimersByTimeAsync(18_000);
      release();
      release = await next;
    }
    expect(order).toEqual(['0', '1', '2', '3']);
    const refused = Promise.all(all.slice(3).map((each) => expect(each).rejects.toMatchObject({ code: 'overloaded' })));
    await jest.advanceTimersByTimeAsync(5_999);
    expect(order).toHaveLength(4);
    await jest.advanceTimersByTimeAsync(1);
    await refused;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('do not go to somebody who has given up', async () => {
    const slots = new RequestSlots(1);
    const order: string[] = [];
    const release = await ask(slots, 'first', order);
    const impatient = ask(slots, 'impatient', order);
    await jest.advanceTimersByTimeAsync(10_000);
    const patient = ask(slots, 'patient', order);
    await jest.advanceTimersByTimeAsync(10_000);
    await expect(impatient).rejects.toMatchObject({ code: 'overloaded' });
    release();
    await patient;
    expect(order).toEqual(['first', 'impatient refused', 'patient']);
  });

  it('are never lost and never made up', async () => {
    const slots = new RequestSlots(3);
    let held = 0;
    let most = 0;
    const work = async () => {
      const release = await slots.acquire();
      most = Math.max(most, ++held);
      await new Promise((resolve) => setTimeout(resolve, 10));
      held--;
      release();
    };
    const all = Promise.all(Array.from({ length: 100 }, work));
    await jest.advanceTimersByTimeAsync(1_000);
    await all;
    expect(most).toBe(3);
    expect(jest.getTimerCount()).toBe(0);
    await Promise.all([slots.acquire(), slots.acquire(), slots.acquire()]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
