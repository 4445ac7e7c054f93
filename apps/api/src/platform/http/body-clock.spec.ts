import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BodyClock, type BodyPace } from './body-clock.js';

const PACE: BodyPace = { idleTimeoutMs: 30_000, minRate: 1000 };

let ended: string[];
beforeEach(() => {
  jest.useFakeTimers();
  ended = [];
});
afterEach(() => {
  jest.useRealTimers();
});

function clockOf(pace: Partial<BodyPace> = {}): BodyClock {
  const clock = new BodyClock({ ...PACE, ...pace }, ({ code }) => {
    ended.push(code);
    clock.stop();
  });
  return clock;
}

/** Lets time pass, and what was only waiting for the event loop. */
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** Sends so many bytes every so many seconds. */
async function trickle(clock: BodyClock, bytes: number, seconds: number, times: number): Promise<void> {
  for (let time = 0; time < times && ended.length === 0; time++) {
    await pass(seconds * 1000);
    clock.add(bytes);
  }
}

describe('a body', () => {
  it('is ended after the silence that is allowed, counted from its last byte', async () => {
    const clock = clockOf();
    clock.start();
    await pass(29_000);
    clock.add(100_000);
    await pass(29_998);
    expect(ended).toEqual([]);
    await pass(10);
    expect(ended).toEqual(['request-timeout']);
  });

  it('is not silent while we do not wait for it', async () => {
    const clock = clockOf();
    clock.start();
    clock.stop();
    await pass(1_000_000);
    clock.start();
    await pass(29_000);
    expect(ended).toEqual([]);
    clock.stop();
  });

  it('is not silent when it was we who stood still', () => {
    const clock = clockOf();
    clock.start();
    // The timer is late, and bytes lie in the socket: they are read before the clock judges.
    jest.advanceTimersByTime(30_000);
    clock.add(1);
    jest.runOnlyPendingTimers();
    expect(ended).toEqual([]);
    clock.stop();
  });

  it('that trickles is ended once it is as far behind the rate as it may be silent', async () => {
    const clock = clockOf();
    clock.start();
    await trickle(clock, 1, 10, 3);
    expect(ended).toEqual([]);
    await trickle(clock, 1, 10, 1);
    expect(ended).toEqual(['too-slow']);
  });

  it('may be just as slow as the rate, and pause now and then', async () => {
    const clock = clockOf();
    clock.start();
    await trickle(clock, 10_000, 10, 100);
    for (let time = 0; time < 20; time++) {
      await trickle(clock, 0, 29, 1);
      await trickle(clock, 30_000, 1, 1);
    }
    expect(ended).toEqual([]);
    clock.stop();
  });

  it('gets no credit for having been fast', async () => {
    const clock = clockOf();
    clock.start();
    clock.add(1024 ** 3);
    await trickle(clock, 1, 20, 10);
    expect(ended).toEqual(['too-slow']);
  });

  it('is not slow by the time that we take', async () => {
    const clock = clockOf();
    for (let time = 0; time < 100; time++) {
      clock.start();
      await trickle(clock, 100, 0.1, 1);
      clock.stop();
      await pass(60_000);
    }
    expect(ended).toEqual([]);
  });

  it('may be slow without a minimum rate, but not silent', async () => {
    const clock = clockOf({ minRate: 0 });
    clock.start();
    await trickle(clock, 1, 29, 100);
    expect(ended).toEqual([]);
    await pass(31_000);
    expect(ended).toEqual(['request-timeout']);
  });
});
