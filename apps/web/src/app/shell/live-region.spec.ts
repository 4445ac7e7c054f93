import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { stage } from '../../../test/page.js';
import { Connection } from '../session/connection.js';
import { Transfers } from '../upload/transfers.js';
import { until } from '../../../test/until.js';
import { LiveRegion } from './live-region.js';

describe('the live region', () => {
  it('says politely that files arrived, and at once that one did not', async () => {
    const { element } = await stage(LiveRegion, ({ fates }) => fates.set('taken.txt', 'name-taken'));
    const region = (live: string): string => element.querySelector(`[aria-live=${live}]`)?.textContent ?? '';
    expect([region('polite'), region('assertive')]).toEqual(['', '']);
    const content = new Blob(['x']);
    void TestBed.inject(Transfers).add(['fine.txt', 'taken.txt'].map((name) => ({ name, path: '', content })));
    await until(() => region('assertive') === 'taken.txt failed: File already exists.');
    await until(() => region('polite') === '1 file uploaded. 1 failed.');
  });

  it('says when the server goes away and comes back', async () => {
    const { element, fixture, text } = await stage(LiveRegion);
    const connection = TestBed.inject(Connection);
    connection.contact(false);
    await fixture.whenStable();
    expect(text()).toBe('The server cannot be reached. Uploads wait for it.');
    connection.contact(true);
    await fixture.whenStable();
    expect(element.querySelector('[aria-live=polite]')?.textContent).toBe('Online again.');
  });
});
