import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';

/** What of the page somebody can come to. */
const CONTROLS = 'a[href], button, input:not([hidden]), select, textarea, summary, [tabindex="0"]';

/**
 * What is wrong with the controls of a page that is shown: each one is given the focus, and has to be in the window then,
 * with nothing over it and with an outline.
 */
const FAULTS = `(() => {
  const faults = [];
  const nameOf = (control) =>
    control.getAttribute('aria-label') || control.innerText || control.name || control.outerHTML.slice(0, 120);
  const look = (control) => {
    control.focus();
    const name = nameOf(control);
    if (document.activeElement !== control) faults.push(name + ' takes no focus');
    const style = getComputedStyle(control);
    if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 1) faults.push(name + ' has no outline');
    // A link in several lines is where its first line is.
    const box = control.getClientRects()[0];
    if (box.left < 0 || box.right > innerWidth + 1) faults.push(name + ' is beside the window');
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const there = document.elementFromPoint(x, y);
    const isThere = there !== null && (control.contains(there) || (there.contains(control) && there.matches('label')));
    if (!isThere) faults.push(name + ' is covered by ' + (there?.outerHTML.slice(0, 120) ?? 'nothing'));
  };
  const controls = Array.from(document.querySelectorAll(${JSON.stringify(CONTROLS)})).filter((control) => {
    const { width, height } = control.getBoundingClientRect();
    const isShown = control.checkVisibility({ visibilityProperty: true }) && width > 1 && height > 1;
    return isShown && !control.disabled && control.closest('[inert]') === null;
  });
  if (controls.length === 0) faults.push('There are no controls.');
  // Downwards what stands at the lower end may be in the way, upwards what stands at the upper end.
  for (const control of [...controls, ...controls.reverse()]) look(control);
  return [...new Set(faults)];
})()`;

/**
 * What only colours would tell, which are the reader's own: fields without an edge, buttons without words, picture or edge,
 * and what is chosen and looks as what is not.
 */
const COLOURS = `(() => {
  const faults = [];
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const hasEdge = ({ borderTopStyle, borderTopWidth }) => borderTopStyle !== 'none' && parseFloat(borderTopWidth) >= 1;
  for (const field of document.querySelectorAll('input, select, textarea')) {
    if (field.closest('[aria-hidden="true"]') !== null) continue;
    if (isShown(field) && !hasEdge(getComputedStyle(field)) && !/checkbox|radio/.test(field.type))
      faults.push((field.name || field.outerHTML.slice(0, 120)) + ' has no edge');
  }
  for (const button of document.querySelectorAll('button, .button')) {
    if (!isShown(button)) continue;
    const style = getComputedStyle(button);
    const picture = button.querySelector('svg');
    const isSeen = picture !== null && getComputedStyle(picture).stroke !== style.backgroundColor;
    if (button.innerText.trim() === '' && !isSeen) faults.push(button.outerHTML.slice(0, 120) + ' is empty');
  }
  const looks = (element) => {
    const style = getComputedStyle(element);
    const names = ['backgroundColor', 'color', 'borderTopColor', 'borderTopWidth', 'outlineStyle', 'fontWeight'];
    return [...names, 'textDecorationLine'].map((name) => style[name]).join();
  };
  document.activeElement?.blur();
  for (const chosen of document.querySelectorAll('[aria-current]:not(li), [aria-pressed="true"]')) {
    const others = chosen.parentElement.querySelectorAll(':scope > ' + chosen.tagName + ':not([aria-current], [aria-pressed="true"])');
    for (const other of others) {
      if (isShown(chosen) && looks(chosen) === looks(other)) faults.push(chosen.innerText + ' looks as ' + other.innerText);
    }
  }
  return faults;
})()`;

/** Fails when a control cannot be come to with keys, seen there, and told by its outline; or when the page is too wide. */
export async function expectReachable(page: Page): Promise<void> {
  // From here on the page shows the focus as to somebody who uses keys.
  await page.keyboard.press('Tab');
  expect(await page.evaluate(FAULTS)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
}

/** Fails when something is told by colours alone, in a page whose colours are the reader's own. */
export async function expectTellsWithoutColours(page: Page): Promise<void> {
  expect(await page.evaluate('matchMedia("(forced-colors: active)").matches')).toBe(true);
  expect(await page.evaluate(COLOURS)).toEqual([]);
}
