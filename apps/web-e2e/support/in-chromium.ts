import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { findChromium } from '../../../tools/chromium.mjs';

const found = await findChromium();
if ('skip' in found) process.stderr.write(`The journeys are skipped: ${found.skip}\n`);

/** How long a page may take to show what it should. */
const PATIENCE_MS = 60_000;

/** A real browser, and what its pages complained about. */
export class Browsing {
  private browser: Browser | null = null;
  private readonly contexts: BrowserContext[] = [];
  private readonly complaints: string[] = [];

  async start(): Promise<void> {
    if ('skip' in found) throw new Error(found.skip);
    const { executablePath, args, env } = found;
    this.browser = await chromium.launch({ executablePath, args, env });
  }

  async stop(): Promise<void> {
    await this.browser?.close();
  }

  /** A page of a person of its own: no cookies, no storage of others. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    if (this.browser === null) throw new Error('The browser was not started.');
    const context = await this.browser.newContext({ acceptDownloads: true, ...options });
    this.contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      // What a page logs by itself; refused requests are logged by the browser, and wanted here.
      if (/Content Security Policy|NG0/u.test(message.text())) this.complaints.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  /** Closes all pages. */
  async closePages(): Promise<void> {
    await Promise.all(this.contexts.splice(0).map((context) => context.close()));
  }

  /** Uncaught errors and violations of the page's own policy since the last call. */
  takeComplaints(): string[] {
    return this.complaints.splice(0);
  }
}

/** Tests that need a browser, a group of their own each; skipped, with the reason, where none runs. No page may have thrown at their end. */
export function inChromium(topic: string, tests: (browsing: Browsing) => void): void {
  ('skip' in found ? describe.skip : describe)('in Chromium', () => {
    describe(topic, () => {
      const browsing = new Browsing();
      beforeAll(() => browsing.start());
      afterEach(async () => {
        await browsing.closePages();
        expect(browsing.takeComplaints()).toEqual([]);
      });
      afterAll(() => browsing.stop());
      tests(browsing);
    });
  });
}
