import type { Page } from 'playwright-core';

/**
 * Drops files and folders of this machine on a place of the page, as a person does from a file manager: the browser makes
 * the events, the page gets real entries, and nothing of their bytes passes through the test.
 */
export async function drop(page: Page, selector: string, paths: readonly string[]): Promise<void> {
  const place = page.locator(selector).first();
  await place.scrollIntoViewIfNeeded();
  const box = await place.boundingBox();
  if (box === null) throw new Error(`${selector} is not on the page`);
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', {
      type,
      x: box.x + Math.min(box.width, 300) / 2,
      y: box.y + Math.min(box.height, 60) / 2,
      data,
    });
  }
  await session.detach();
}
