import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeBackend } from '../../../test/fake-backend.js';
import { until } from '../../../test/until.js';
import { Transfers } from '../upload/transfers.js';
import { TabStatus } from './tab-status.js';

describe('the tab', () => {
  const backend = new FakeBackend();

  beforeEach(() => {
    document.head.insertAdjacentHTML('beforeend', '<link rel="icon" href="favicon.svg" />');
    TestBed.configureTestingModule({ providers: backend.providers() });
    TestBed.inject(TabStatus);
  });

  it('shows progress, warns before it closes meanwhile, and is itself again afterwards', async () => {
    const icon = document.querySelector('link[rel="icon"]');
    const leaving = (): boolean => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
    const transfers = TestBed.inject(Transfers);
    backend.fates.set('slow.bin', 'hang');
    void transfers.add([{ name: 'slow.bin', path: '', content: new Blob(['x']) }]);
    expect(leaving()).toBe(true);
    await until(() => document.title === '0 % · Stowage');
    expect(icon?.getAttribute('href')).toMatch(/^data:image\/svg\+xml,/u);
    expect(leaving()).toBe(true);
    await transfers.cancelAll();
    await until(() => document.title === 'Stowage');
    expect(icon?.getAttribute('href')).toBe('favicon.svg');
    expect(leaving()).toBe(false);
  });
});
