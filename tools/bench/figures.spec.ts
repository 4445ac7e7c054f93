import { describe, expect, it } from '@jest/globals';
import { median, medianFigure, medianRatio, percentile } from './figures.mjs';

describe('a median', () => {
  it('is the value in the middle, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([7])).toBe(7);
  });

  it('is the mean of the two in the middle when there is no single one', () => {
    expect(median([10, 1, 2, 4])).toBe(3);
  });

  it('changes nothing of what it is given', () => {
    const values = Object.freeze([3, 1, 2]);
    expect(median(values)).toBe(2);
  });

  it('does not exist of nothing', () => {
    expect(() => median([])).toThrow('no median');
  });
});

it('a percentile is the smallest value that so many do not exceed', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0, 0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 50, 99, 100]);
  expect(percentile([3, 8], 0.99)).toBe(8);
  expect(() => percentile([], 0.5)).toThrow('no percentile');
});

describe('figures of rounds', () => {
  const rounds = [
    { ours: { speed: 10, cpu: 0 }, theirs: { speed: 20, cpu: 0 } },
    { ours: { speed: 30, cpu: 3 }, theirs: { speed: 30, cpu: 1 } },
    { ours: { speed: 40, cpu: 4 } },
    { ours: { speed: 1, cpu: 2 }, theirs: { speed: 10, cpu: 1 } },
  ];

  it('are the medians of all rounds that have one', () => {
    expect(medianFigure(rounds, 'ours', 'speed')).toBe(20);
    expect(medianFigure(rounds, 'theirs', 'speed')).toBe(20);
    expect(medianFigure(rounds, 'nobody', 'speed')).toBeUndefined();
    expect(medianFigure(rounds, 'ours', 'memory')).toBeUndefined();
  });

  it('are compared within a round, never across rounds', () => {
    // 0.5, 1 and 0.1; the ratio of the medians would be 1.
    expect(medianRatio(rounds, ['ours', 'theirs'], 'speed')).toBe(0.5);
  });

  it('are not compared with nothing', () => {
    expect(medianRatio(rounds, ['ours', 'theirs'], 'cpu')).toBe(2.5);
    expect(medianRatio(rounds, ['ours', 'nobody'], 'speed')).toBeUndefined();
    expect(medianRatio([], ['ours', 'theirs'], 'speed')).toBeUndefined();
  });
});
