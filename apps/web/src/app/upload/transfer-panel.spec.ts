import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { folderEntry, lockedFolder } from '../../../test/fake-entries.js';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { TransferPanel } from './transfer-panel.js';
import { Transfers } from './transfers.js';

const source = (name: string, length = 10): { name: string; path: string; content: Blob } => ({
  name,
  path: '',
  content: new Blob(['x'.repeat(length)]),
});

describe('the transfers', () => {
  it('are empty at first', async () => {
    const { text } = await stage(TransferPanel);
    expect(text()).toContain('Nothing is being sent.');
  });

  it('become complete and can be cleared', async () => {
    const { shows, text, control } = await stage(TransferPanel);
    void TestBed.inject(Transfers).add([source('a.txt'), source('b.txt')]);
    await shows('Nothing under way');
    expect(text().match(/Complete/gu)).toHaveLength(2);
    control('Clear finished').click();
    await shows('Nothing is being sent.');
    expect(document.activeElement?.id).toBe('transfers-title');
  });

  it('show failures first, with a way to retry them all', async () => {
    const { backend, element, shows, control } = await stage(TransferPanel, ({ fates }) => {
      fates.set('taken.txt', 'name-taken');
      fates.set('also-taken.txt', 'name-taken');
    });
    void TestBed.inject(Transfers).add([source('fine.txt'), source('taken.txt'), source('also-taken.txt')]);
    await shows('Retry 2 failed');
    await shows('Complete');
    const chips = Array.from(element.querySelectorAll('.chip'), (chip) => chip.textContent?.trim());
    expect(chips).toEqual(['Failed', 'Failed', 'Complete']);
    backend.fates.clear();
    control('Retry 2 failed').click();
    await shows('Nothing under way');
    expect(backend.files).toHaveLength(3);
  });

  it('can be cancelled one by one and all together', async () => {
    const { element, shows, control, fixture } = await stage(TransferPanel, ({ fates }) => {
      for (const name of ['a.txt', 'b.txt', 'c.txt']) fates.set(name, 'hang');
    });
    void TestBed.inject(Transfers).add([source('a.txt'), source('b.txt'), source('c.txt')]);
    await until(() => element.querySelectorAll('.chip').length === 3);
    await fixture.whenStable();
    expect(element.querySelector('[aria-label="Progress of all transfers"]')).not.toBeNull();
    control('Cancel b.txt').click();
    await shows('Cancelled');
    control('Cancel all').click();
    await until(() => element.querySelectorAll('li.cancelled').length === 3);
    await until(() => element.querySelector('[role=progressbar]') === null);
  });

  it('stay few on the page when there are ten thousand', async () => {
    const { element, shows, control } = await stage(TransferPanel, ({ fates }) => fates.set('0', 'hang'));
    const began = performance.now();
    void TestBed.inject(Transfers).add(Array.from({ length: 10_000 }, (_, index) => source(index === 0 ? '0' : 'x')));
    await shows('more, in this order');
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(element.querySelectorAll('li')).toHaveLength(50);
    control('Show more transfers').click();
    await until(() => element.querySelectorAll('li').length === 100);
    control('Cancel all').click();
  });

  it('say what could not be read', async () => {
    const { backend, shows, hides, control } = await stage(TransferPanel);
    const folders = [folderEntry('docs', { deep: { 'a.txt': 'a' }, 'b.txt': null }), lockedFolder('locked')];
    await TestBed.inject(Transfers).addDropped({ files: [], folders });
    await shows('2 items could not be read');
    await until(() => backend.sent.includes('docs/deep/a.txt'));
    control('Dismiss').click();
    await hides('could not be read');
  });
});
