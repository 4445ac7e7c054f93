import { describe, expect, it } from '@jest/globals';
import { Stopping } from './stopping.js';

describe('a stop', () => {
  const told = ({ announced, begun, lastCall }: Stopping) => [announced, begun.aborted, lastCall.aborted];

  it('goes through its steps in order, and never leaves one out', () => {
    const stopping = new Stopping();
    expect(told(stopping)).toEqual([false, false, false]);
    stopping.announce();
    expect(told(stopping)).toEqual([true, false, false]);
    stopping.begin();
    expect(told(stopping)).toEqual([true, true, false]);
    stopping.callLast();
    expect(told(stopping)).toEqual([true, true, true]);
    const atOnce = new Stopping();
    atOnce.callLast();
    expect(told(atOnce)).toEqual([true, true, true]);
  });

  it('is told once', () => {
    const stopping = new Stopping();
    let heard = 0;
    stopping.begun.addEventListener('abort', () => heard++);
    stopping.begin();
    stopping.begin();
    expect(heard).toBe(1);
  });
});
