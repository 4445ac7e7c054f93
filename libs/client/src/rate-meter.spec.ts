import { describe, expect, it } from '@jest/globals';
import { RateMeter } from './rate-meter.js';

function feed(meter: RateMeter, rate: number, from: number, to: number, startBytes = 0): number {
  let bytes = startBytes;
  for (let now = from; now <= to; now += 250) {
    meter.sample(bytes, now);
    bytes += rate / 4;
  }
  return bytes - rate / 4;
}

describe('the rate meter', () => {
  it('says nothing before a second has been seen', () => {
    const meter = new RateMeter();
    feed(meter, 1000, 0, 750);
    expect(meter.bytesPerSecond).toBeNull();
    expect(meter.secondsFor(10)).toBeNull();
  });

  it('finds a steady speed at once', () => {
    const meter = new RateMeter();
    feed(meter, 1000, 0, 1250);
    expect(meter.bytesPerSecond).toBeCloseTo(1000, 0);
    expect(meter.secondsFor(5000)).toBeCloseTo(5, 1);
  });

  it('follows a change smoothly', () => {
    const meter = new RateMeter();
    const bytes = feed(meter, 1000, 0, 10_000);
    const later = feed(meter, 3000, 10_250, 11_250, bytes);
    expect(meter.bytesPerSecond).toBeGreaterThan(1200);
    expect(meter.bytesPerSecond).toBeLessThan(2500);
    feed(meter, 3000, 11_500, 31_500, later);
    expect(meter.bytesPerSecond).toBeCloseTo(3000, -2);
  });

  it('falls towards zero when nothing moves', () => {
    const meter = new RateMeter();
    const bytes = feed(meter, 1000, 0, 5_000);
    for (let now = 6_000; now <= 30_000; now += 1_000) meter.sample(bytes, now);
    expect(meter.bytesPerSecond).toBeLessThan(5);
  });

  it('never shows a negative speed when a chunk was lost on its way', () => {
    const meter = new RateMeter();
    feed(meter, 1000, 0, 5_000);
    meter.sample(1_000, 5_250);
    meter.sample(1_250, 5_500);
    expect(meter.bytesPerSecond).toBeGreaterThan(900);
  });
});
