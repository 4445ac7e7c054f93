import { describe, expect, it } from '@jest/globals';
import { CASES } from './cases.mjs';
import { CONTENDERS } from './contenders.mjs';
import { TARGETS, distance, judge } from './targets.mjs';

describe('the distance from an aim', () => {
  it('is none when the aim is reached exactly', () => {
    expect(distance('at least', 0.6, 0.6)).toBe('met');
    expect(distance('at most', 1.15, 1.15)).toBe('met');
  });

  it('says by what factor it is missed', () => {
    expect(distance('at least', 0.5, 1)).toBe('missed 2.00×');
    expect(distance('at most', 2, 1)).toBe('missed 2.00×');
  });

  it('is never rounded to nothing', () => {
    expect(distance('at least', 0.5999, 0.6)).toBe('missed 1.01×');
    expect(distance('at most', 1.1501, 1.15)).toBe('missed 1.01×');
  });
});

describe('a verdict', () => {
  const named = (words: string, cases: Parameters<typeof judge>[0]) =>
    judge(cases).find(({ target }) => target.name.includes(words));

  it('is on the median of the ratios of the rounds', () => {
    const round = (ours: number) => ({ 'stowage-raw': { gbPerSecond: ours }, nginx: { gbPerSecond: 1 } });
    const verdict = named('nginx DAV PUT', { 'large-file': { rounds: [round(0.4), round(0.7), round(0.8)] } });
    expect(verdict).toMatchObject({ figure: 0.7, first: 'met', then: 'missed 1.29×' });
  });

  it('compares with the better of two peers', () => {
    const rounds = [
      {
        'stowage-raw': { gbPerSecond: 6 },
        'multer-append': { gbPerSecond: 2 },
        'multer-concatenate': { gbPerSecond: 1 },
      },
    ];
    expect(named('multer', { 'large-file': { rounds } })?.figure).toBe(3);
  });

  it('is not given on what was not measured', () => {
    expect(judge({}).every(({ first, then }) => first === 'not measured' && then === 'not measured')).toBe(true);
  });
});

describe('the targets', () => {
  it('belong to cases that there are', () => {
    const cases = CASES.map(({ name }) => name);
    expect(TARGETS.filter((target) => !cases.includes(target.case)).map(({ name }) => name)).toEqual([]);
  });

  it('ask for more, or at least as much, in the second column', () => {
    const weaker = TARGETS.filter(({ bound, first, then }) => (bound === 'at least' ? then < first : then > first));
    expect(weaker).toEqual([]);
  });

  it('are each measured by the case that they name', () => {
    const one = Object.fromEntries(
      ['gbPerSecond', 'cpuPerGb', 'apiCpuPerGb', 'cpuMicrosPerRequest'].map((f) => [f, 1]),
    );
    const figures = { ...one, p99Ms: 1, peakMb: 1, lastTenthToFirst: 1 };
    const cases = Object.fromEntries(
      CASES.map(({ name, contenders }) => [
        name,
        { rounds: [Object.fromEntries(contenders.map((who) => [who, figures]))] },
      ]),
    );
    expect(judge(cases).filter(({ figure }) => figure !== 1)).toEqual([]);
  });
});

it('everybody who meets somebody is known', () => {
  const names = CASES.flatMap(({ contenders }) => contenders);
  expect(names.filter((name) => !(name in CONTENDERS))).toEqual([]);
});
