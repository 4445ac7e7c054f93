import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FakeBackend } from '../../../test/fake-backend.js';
import { Connection } from './connection.js';
import { Recovery } from './recovery.js';

describe('a server that has gone away', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is asked again and again until it answers, and then no more', async () => {
    const backend = new FakeBackend();
    backend.refusals.set('GET /healthz', 'network');
    TestBed.configureTestingModule({ providers: backend.providers() });
    TestBed.inject(Recovery);
    const connection = TestBed.inject(Connection);
    connection.contact(false);
    TestBed.tick();
    await jest.advanceTimersByTimeAsync(13_000);
    expect(backend.calls).toHaveLength(3);
    backend.refusals.clear();
    await jest.advanceTimersByTimeAsync(4_000);
    expect(connection.state()).toBe('online');
    TestBed.tick();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(backend.calls).toHaveLength(4);
  });
});
