import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { HeldMap } from './held-map.js';

async function map(length: number, missing: readonly { start: number; end: number }[]): Promise<CSSStyleDeclaration[]> {
  const fixture = TestBed.createComponent(HeldMap);
  for (const [name, value] of Object.entries({ label: 'a map', length, missing })) {
    fixture.componentRef.setInput(name, value);
  }
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  expect([element.getAttribute('role'), element.getAttribute('aria-label')]).toEqual(['img', 'a map']);
  return Array.from(element.querySelectorAll('span'), ({ style }) => style);
}

describe('the map of what is held', () => {
  it('shows every gap at its place', async () => {
    const gaps = await map(200, [
      { start: 20, end: 30 },
      { start: 150, end: 200 },
    ]);
    expect(gaps.map(({ left, right, width, opacity }) => [left, right, width, opacity])).toEqual([
      ['10%', '', '5%', '1'],
      ['', '-1px', '25%', '1'],
    ]);
  });

  it('shows nothing missing when all is there, and all when there is nothing', async () => {
    expect(await map(200, [])).toEqual([]);
    expect((await map(0, [])).map(({ width }) => width)).toEqual(['100%']);
  });

  it('fades where gaps are too many to tell apart', async () => {
    // Every second byte of the first half, and all of the last quarter.
    const gaps = Array.from({ length: 500 }, (_, index) => ({ start: index * 2, end: index * 2 + 1 }));
    const cells = await map(2_000, [...gaps, { start: 1_500, end: 2_000 }]);
    expect(cells).toHaveLength(100);
    expect([cells[0], cells[60], cells[99]].map((cell) => cell?.opacity)).toEqual(['0.5', '0', '1']);
  });
});
